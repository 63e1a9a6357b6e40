# Two stages: the first one installs, the second one has what runs and nothing else: no compiler, no cache, no secret.
# Settings come as environment variables or as files (BOT_TOKEN_FILE and the like); see docs/deploying.md.
ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS build
ARG EXTRAS=postgres
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/depesche
# What it stands on first: this layer is made anew only when one of the two files changes.
COPY pyproject.toml constraints.txt ./
RUN python -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*p['dependencies'], sep='\n')" \
      > requirements.txt \
    && /opt/depesche/bin/pip install --constraint constraints.txt --requirement requirements.txt
COPY README.md LICENSE ./
COPY docs/privacy.md docs/datenschutz.md docs/
COPY seeds seeds
COPY digests digests
COPY bot bot
RUN /opt/depesche/bin/pip install --constraint constraints.txt ".[${EXTRAS}]" \
    && /opt/depesche/bin/pip uninstall --yes pip

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="Depesche" \
      org.opencontainers.image.description="An async Telegram bot that brings people the news as short, honest digests" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 depesche \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin depesche \
    && install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=build /opt/depesche /opt/depesche
# PYTHONSAFEPATH: what lies in /data, the one folder that can be written, is never imported.
ENV PATH=/opt/depesche/bin:$PATH \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite+aiosqlite:////data/depesche.db \
    LOG_FORMAT=json
WORKDIR /data
VOLUME /data
USER 10001:10001
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
