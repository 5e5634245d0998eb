// Not needed, only handy: a test card is filled in without loading the page anew, and a form is sent once.
"use strict";

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-number]");
  const number = document.getElementById("f-number");
  if (!choice || !number) return;
  event.preventDefault();
  number.value = choice.dataset.number;
  const hint = document.getElementById("f-number-hint");
  if (hint) hint.textContent = choice.dataset.effect;
  number.focus();
});

document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
