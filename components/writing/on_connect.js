// The page's connection to the server: when it is there, and there again.

/** Call `handle` each time. NiceGUI opens the socket after its components are there, so it is waited for. Returns what ends it. */
export function onConnect(handle) {
  let timer = null;
  const listen = () => {
    if (window.socket) window.socket.on("connect", handle);
    else timer = setTimeout(listen, 50);
  };
  listen();
  return () => {
    clearTimeout(timer);
    window.socket?.off("connect", handle);
  };
}
