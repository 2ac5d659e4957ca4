# heed in a container: `docker build -t heed .`, or with Chromium for --render: `docker build --target with-browser -t heed:browser .`
# Base image with Node 24 and npm; give a digest to build the same thing again: --build-arg BASE=node:24-slim@sha256:…
ARG BASE=node:24-slim

# Compiles; nothing of it but dist/ goes further.
FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# `--secret id=npmrc,src=…` for a registry of your own: it is there for this step only, in no layer.
RUN --mount=type=secret,id=npmrc npm ci --ignore-scripts --userconfig /run/secrets/npmrc
COPY tsconfig.json ./
COPY src ./src
RUN npm run build

# What runs needs: no compiler, no tests.
FROM ${BASE} AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc npm ci --omit=dev --ignore-scripts --userconfig /run/secrets/npmrc

FROM ${BASE} AS runtime
# Nothing is installed any more from here on: what could install goes.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn*
WORKDIR /app
COPY LICENSE package.json ./
COPY config ./config
COPY fixtures/sites ./fixtures/sites
COPY --from=modules /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The one place that is written to; a volume that is mounted there for the first time takes over whose it is.
RUN mkdir /data && chown 65532:65532 /data && chmod 0775 /data
VOLUME /data
ENV NODE_ENV=production HOME=/tmp
WORKDIR /data
# A number, so that `runAsNonRoot` can be checked without looking into /etc/passwd; any other works where /data is writable.
USER 65532:65532
EXPOSE 9465
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["node", "/app/config/deploy/healthcheck.js"]
ENTRYPOINT ["node", "/app/dist/cli/bin.js"]
CMD ["serve", "--out", "/data/dataset", "--config", "/config/heed.yaml", "--listen", "0.0.0.0:9465", "--token-file", "/run/secrets/heed-token"]
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="heed" \
      org.opencontainers.image.description="A crawler that builds AI-training corpora only from pages whose owners have not said no, and can prove it for every URL" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

# For --render auto|always: Debian's Chromium, which is looked for by its name. It wants a writable /tmp.
FROM runtime AS with-browser
USER 0:0
RUN apt-get update && apt-get install -y --no-install-recommends chromium && rm -rf /var/lib/apt/lists/*
USER 65532:65532

# The default, since it is the last.
FROM runtime AS heed
