# A small image of autumn-mock: built in one stage, run without root in another.
#
#   docker build -t autumn-mock .
#   docker run -p 8788:8788 -v "$PWD/fixtures:/seeds:ro" -v autumn-data:/data autumn-mock
#
# Every setting is a variable AUTUMN_MOCK_* (`autumn-mock serve --help` lists them); arguments after the
# image's name replace `serve`, as in `docker run autumn-mock operations`.
ARG PYTHON_IMAGE=docker.io/library/python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY autumn_mock autumn_mock
COPY fixtures fixtures
RUN python3 -m venv /opt/autumn-mock \
 && /opt/autumn-mock/bin/pip install --no-cache-dir . \
 && /opt/autumn-mock/bin/pip uninstall --yes pip \
 && find /opt/autumn-mock -type d -name tests -prune -exec rm -rf {} +

FROM ${PYTHON_IMAGE}
COPY --from=build /opt/autumn-mock /opt/autumn-mock
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin autumn \
 && install -d -o autumn -g autumn /data /seeds
ENV PATH=/opt/autumn-mock/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    AUTUMN_MOCK_HOST=0.0.0.0 \
    AUTUMN_MOCK_PORT=8788 \
    AUTUMN_MOCK_DATA=/data/autumn-mock.json \
    AUTUMN_MOCK_SEED=/seeds
USER 10001
VOLUME /data
EXPOSE 8788
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["autumn-mock", "healthcheck"]
ENTRYPOINT ["autumn-mock"]
CMD ["serve"]
