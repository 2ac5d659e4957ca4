#!/usr/bin/env bash
# Builds the image and tries it as it is meant to run: as a user that is a number, on a root that cannot be written to, without capabilities,
# with one volume. A scheduled crawl of the demonstration web is begun, stopped in the middle by SIGTERM, and goes on after the restart.
#
#   config/deploy/try-image.sh
#
#   TARGET      heed (default), or with-browser: then a page is run in the browser, too
#   ENGINE      docker or podman, with global flags if need be; default: the first of them that answers
#   RUN_FLAGS   more flags for `run`, e.g. "--ulimit nofile=4096:4096"
#   BASE        base image, default node:24-slim
#   NPMRC       file with the settings of npm (a registry of your own); the build sees it, the image does not
#   MIRROR      without BASE at hand and without a registry: make one, from this Debian mirror (needs root, debootstrap) and the Node of
#               node_modules
#
# Without an engine that runs containers, but with buildah (Debian's is enough, in chroot isolation), the image is built and started once;
# what the kernel would enforce is then not tried.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${TARGET:-heed}
image=localhost/$target:try
base=${BASE:-node:24-slim}
work=$(mktemp -d)
trap 'stop_all; rm -rf "$work"' EXIT

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

answers() { $1 info >/dev/null 2>&1; }
engine=${ENGINE:-}
[ -n "$engine" ] || { command -v docker >/dev/null && answers docker && engine=docker; } || true
[ -n "$engine" ] || { command -v podman >/dev/null && answers podman && engine=podman; } || true
[ -n "$engine" ] || { command -v buildah >/dev/null && engine=buildah; } || fail 'there is no docker, podman or buildah here'
builder=build
[[ $engine != buildah* ]] || builder='bud --isolation chroot'
stop_all() { [[ $engine == buildah* ]] || $engine rm -f heed-try heed-try-web >/dev/null 2>&1 || true; }

if [ -n "${MIRROR:-}" ]; then
  say 'a base image of our own: Debian, Node 24, npm'
  debootstrap --variant=minbase --include=ca-certificates,libstdc++6 bookworm "$work/debian" "$MIRROR" >"$work/debootstrap.log"
  install -D node_modules/node/bin/node "$work/debian/usr/local/bin/node"
  mkdir -p "$work/debian/usr/local/lib/node_modules"
  # Where npm lies, whichever Node runs it: `npm root --global` is beside that Node.
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  cp -r "$npm" "$work/debian/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/debian/usr/local/bin/npm"
  [ -z "${NODE_EXTRA_CA_CERTS:-}" ] || install -m 0644 "$NODE_EXTRA_CA_CERTS" "$work/debian/etc/ssl/extra.pem"
  tar -C "$work/debian" --one-file-system -cf "$work/base.tar" .
  printf 'FROM scratch\nADD base.tar /\nENV PATH=/usr/local/bin:/usr/bin:/bin %s\nCMD ["node"]\n' \
    "${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/ssl/extra.pem}" >"$work/Base"
  base=localhost/node:24-slim
  $engine $builder -t "$base" -f "$work/Base" "$work" >"$work/base.log"
fi

say "building $target with $engine"
flags=(--build-arg "BASE=$base" --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)" --target "$target" -t "$image")
[ -z "${NPMRC:-}" ] || flags+=(--secret "id=npmrc,src=$NPMRC")
# HEALTHCHECK is of Docker's format.
[[ $engine == docker* ]] || flags+=(--format docker)
# shellcheck disable=SC2086
$engine $builder "${flags[@]}" ${BUILD_FLAGS:-} . >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; fail 'the build'; }
tail -1 "$work/build.log"

if [[ $engine == buildah* ]]; then
  say 'started once, in chroot isolation: who it is, and that it crawls'
  container=$($engine from --pull-never "$image")
  $engine run --isolation chroot "$container" -- node -p '`uid ${process.getuid()}, ${process.version}`'
  $engine run --isolation chroot "$container" -- node /app/dist/cli/bin.js demo --quiet --out /data/demo | tail -8
  $engine run --isolation chroot "$container" -- node /app/dist/cli/bin.js verify /data/demo
  $engine rm "$container" >/dev/null
  exit 0
fi

say 'what it is'
$engine image inspect --format '{{.Config.User}} {{.Config.StopSignal}} {{.Config.Entrypoint}} {{.Config.Cmd}}' "$image"
$engine image inspect --format '{{.Config.Labels}}' "$image"
$engine image inspect --format '{{.Size}} octets' "$image"

# Confined as config/deploy/compose.yaml confines it, without /tmp: heed needs none.
confined=(--read-only --cap-drop ALL --security-opt no-new-privileges --network host)
# Podman's health checks are systemd's affair; the script is run by hand below.
[[ $engine != podman* ]] || confined+=(--read-only-tmpfs=false --no-healthcheck)
# The browser does.
[ "$target" != with-browser ] || confined+=(--tmpfs /tmp:size=256m)
# shellcheck disable=SC2206
confined+=(${RUN_FLAGS:-})
run() { $engine run "${confined[@]}" "$@"; }

say 'what it may'
run --rm --entrypoint node "$image" -e '
const status = fs.readFileSync("/proc/self/status", "utf8");
const writes = path => { try { fs.writeFileSync(path, ""); return "written"; } catch ({ code }) { return code; } };
console.log(`uid ${process.getuid()}, gid ${process.getgid()}, pid ${process.pid}, ${process.version}`);
console.log(status.match(/^(CapEff|CapBnd|NoNewPrivs|Seccomp):.*$/gm).join(", "));
console.log(["/x", "/app/x", "/tmp/x", "/data/x"].map(path => `${path} ${writes(path)}`).join(", "));
console.log(`npm ${fs.existsSync("/usr/local/bin/npm") ? "is there" : "is not there"}, typescript ${fs.existsSync("/app/node_modules/typescript") ? "is there" : "is not there"}`);
if (process.getuid() === 0 || writes("/app/x") !== "EROFS" || writes("/data/x") !== "written") process.exit(1);
' || fail 'it may more, or less, than it should'

say 'the demonstration web, in a container of its own'
run -d --name heed-try-web --entrypoint node "$image" -e '
const { serveSites } = await import("/app/dist/cli/demo/serve-sites.js");
const { port, seeds } = await serveSites("/app/fixtures/sites");
process.on("SIGTERM", () => process.exit());
console.log(JSON.stringify({ port, seeds }));
' >/dev/null
web=''
for _ in $(seq 60); do web=$($engine logs heed-try-web 2>/dev/null | sed -n 1p); [ -n "$web" ] && break; sleep 0.5; done
[ -n "$web" ] || fail 'the demonstration web does not begin'
field() { printf '%s' "$web" | node -p "const web = JSON.parse(fs.readFileSync(0, 'utf8')); $1"; }
port=$(field web.port)

mkdir -p "$work/config" "$work/data"
field 'web.seeds.join("\n")' >"$work/config/seeds.txt"
cat >"$work/config/heed.yaml" <<YAML
operator: heed demo
contact: https://heed.test/bot
seeds: /config/seeds.txt
resolve: "*.test=127.0.0.1:$port"
allow-private-network: true
delay: 1s
defer-limit: 2s
schedule:
  crawl: "* * * * * Europe/Zurich"
YAML
head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/config/token"
chmod -R a+rX "$work"
volume=heed-try-data
$engine volume rm -f "$volume" >/dev/null 2>&1 || true
$engine volume create "$volume" >/dev/null

listen=19465
serve() {
  $engine rm -f heed-try >/dev/null 2>&1 || true
  run -d --name heed-try --stop-timeout 40 -e HEED_LISTEN="0.0.0.0:$listen" -v "$volume:/data" -v "$work/config:/config:ro" "$image" \
    serve --json --out /data/dataset --config /config/heed.yaml --token-file /config/token >/dev/null
}
number() { curl -fsS -H "Authorization: Bearer $(cat "$work/config/token")" "http://127.0.0.1:$listen/metrics" 2>/dev/null | sed -n "s/^$1 //p"; }
until_number() { # name, at least, seconds
  for _ in $(seq $((2 * $3))); do
    value=$(number "$1" || true)
    [ -n "$value" ] && [ "${value%.*}" -ge "$2" ] && return 0
    sleep 0.5
  done
  $engine logs heed-try 2>&1 | tail -20
  fail "$1 was not $2 within $3 s"
}

say 'heed serve: the crawl that its schedule has begun'
serve
until_number 'heed_pages_fetched' 15 120
printf 'pages fetched: %s; ready: %s; without the secret: %s\n' "$(number heed_pages_fetched)" "$(number heed_ready_now)" \
  "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$listen/metrics")"
printf 'HEALTHCHECK in the container: '
$engine exec heed-try node /app/config/deploy/healthcheck.js && echo healthy || fail 'the health check'

say 'SIGTERM in the middle of it'
began=$(date +%s)
$engine stop heed-try >/dev/null
code=$($engine inspect --format '{{.State.ExitCode}}' heed-try)
printf 'ended after %s s with exit code %s\n' "$(($(date +%s) - began))" "$code"
$engine logs heed-try 2>&1 | tail -4
[ "$code" = 11 ] || fail 'an interrupted crawl ends with 11'

say 'restarted: the same run goes on'
serve
until_number 'heed_schedule_last_success_timestamp_seconds{job="crawl"}' 1 180
# Read to the end: a reader that leaves early would be taken for a failure.
$engine logs heed-try >"$work/serve.log" 2>&1
grep -E '"(job.started|run.started|job.ended)"' "$work/serve.log" | sed -n 1,3p
grep -q '"resumed":true' "$work/serve.log" || fail 'the run did not go on'
$engine stop heed-try >/dev/null
printf 'exit code when idle: %s\n' "$($engine inspect --format '{{.State.ExitCode}}' heed-try)"

say 'what is in the volume'
run --rm -v "$volume:/data" "$image" verify /data/dataset || fail 'verify'
kept=$(run --rm -v "$volume:/data" --entrypoint node "$image" -e '
const { readDocuments } = await import("/app/dist/store/index.js");
let kept = 0;
for await (const _ of readDocuments("/data/dataset")) kept++;
console.log(kept);
')
expected=$(node -p "Object.values(JSON.parse(fs.readFileSync('fixtures/sites/expected.json', 'utf8'))).filter(row => row.disposition === 'keep').length")
printf 'documents: %s, expected: %s\n' "$kept" "$expected"
[ "$kept" = "$expected" ] || fail 'other documents than an uninterrupted crawl keeps'

if [ "$target" = with-browser ]; then
  say 'the browser: it is found, and runs a page'
  run --rm "$image" doctor | grep -E '^ok +browser' || fail 'no browser is found'
  run --rm -v "$volume:/data" "$image" crawl http://all-allowed.test/ --out /data/rendered --resolve "*.test=127.0.0.1:$port" \
    --allow-private-network --delay 0 --max-pages 2 --render always --operator 'heed demo' --contact https://heed.test/bot 2>&1 | tail -8
  run --rm -v "$volume:/data" --entrypoint node "$image" -e '
const { readProvenance } = await import("/app/dist/store/index.js");
const pages = [];
for await (const { record } of readProvenance("/data/rendered")) if (record.render) pages.push(record);
for (const { url, reason, render } of pages) console.log(`${url} ${reason}: ${render.outcome} by ${render.browser}`);
if (!pages.some(({ render }) => render.outcome === "rendered")) process.exit(1);
' || fail 'no page was run'
fi
$engine rm -f heed-try heed-try-web >/dev/null
$engine volume rm -f "$volume" >/dev/null
say 'all of it is as it should be'
