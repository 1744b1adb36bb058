// While an edition is made its page is asked again, once a second; without this there is a link that does the same.
const EVERY_MS = 1000;

async function look() {
  const here = document.querySelector("[data-ns-making]");
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return setTimeout(look, EVERY_MS);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("[data-ns-making]")) return location.reload();
  const [status, bar] = [here.querySelector("[role=status]"), here.querySelector("progress")];
  const [said, done] = [page.querySelector("[role=status]").textContent, page.querySelector("progress").value];
  // Said only when it changed, so that a screen reader hears each step once.
  if (status.textContent !== said) status.textContent = said;
  bar.value = done;
  return setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
