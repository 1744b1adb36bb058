// The link carries its code after the #, where it reaches this page and no server or log; take it into the form.
const code = location.hash.slice(1);
if (code) {
  document.getElementById("code").value = decodeURIComponent(code);
  history.replaceState(null, "", location.pathname);
}
