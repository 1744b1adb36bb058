// While an edition is made its page is asked again, once a second; without this there is a link that does the same.
const EVERY_MS = 1000;
const AT_MOST_MS = 30000;

/** The page as it is now; null where the service does not answer, or not with it. */
async function fetched() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

async function look(wait) {
  const page = await fetched();
  // A service that is away is asked less and less often, until it is back.
  if (!page) return later(Math.min(2 * wait, AT_MOST_MS));
  if (!page.querySelector("[data-ns-making]")) return location.reload();
  tell(page);
  return later(EVERY_MS);
}

const later = (wait) => setTimeout(look, wait, wait);

function tell(page) {
  const here = document.querySelector("[data-ns-making]");
  const [status, bar] = [here.querySelector("[role=status]"), here.querySelector("progress")];
  const [said, done] = [page.querySelector("[role=status]").textContent, page.querySelector("progress").value];
  // Said only when it changed, so that a screen reader hears each step once.
  if (status.textContent !== said) status.textContent = said;
  bar.value = done;
}

later(EVERY_MS);
