# docker build -t muster . && docker run -p 8000:8000 -v muster:/data muster
# Everything comes from this folder and the npm registry; the runtime is the npm package `node` of package-lock.json.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node_modules/.bin/node scripts/seal-build.mjs \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf web bench test examples deploy src/testing .git

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libatomic1 libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin muster \
 && install -d -o muster -g muster /data
COPY --from=build /app /app
WORKDIR /app
USER 10001
# Nothing is written outside /data and /tmp: run it with a read-only root file system.
ENV HOST=0.0.0.0 PORT=8000 MUSTER_HOME=/data LOG_LEVEL=info
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node_modules/.bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node_modules/.bin/node", "--max-semi-space-size=8", "--v8-pool-size=2", "--no-memory-reducer", "--no-allocation-site-pretenuring", "--no-allocation-site-tracking", "bin/muster.mjs"]
CMD ["serve"]
