/**
 * What the browser is started with. Every request of a page is answered by us, so the browser itself needs no network at all, and these switches
 * see to it that it has none: whatever no interception sees (a shared worker's requests, speculation rules, `fetchLater`, the background traffic of the
 * browser itself) ends at a name that is never looked up, on the way to a proxy that does not exist.
 */
export const browserArguments = (userAgent: string): string[] => [
  `--user-agent=${userAgent}`,
  // Every host, addresses included, and so the proxy's.
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=http://nowhere.invalid:9',
  // Loopback and link-local hosts go around a proxy unless told otherwise.
  '--proxy-bypass-list=<-loopback>',
  // UDP knows no HTTP proxy: WebRTC may not use it, QUIC is off.
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-quic',
  '--no-pings',
  '--disable-domain-reliability',
  // Nothing is shown: no frame is worth drawing.
  '--disable-gpu',
  '--blink-settings=imagesEnabled=false',
  '--mute-audio',
  '--disk-cache-size=1',
];
