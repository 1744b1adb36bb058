// Carries the invitation's code from behind this page's # to the form for walks; it reaches no server by that.
const code = location.hash.slice(1);
if (/^[\w-]{4,40}$/.test(code)) {
  document.getElementById("walk").hash = `#/join/${code}`;
}
