// Offers to fill in where the device is; the page works without it, and the position goes nowhere but into the form.
const offer = document.getElementById("locate");
const field = document.getElementById("position");
if (offer && field && navigator.geolocation) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = offer.dataset.label;
  const said = document.createElement("p");
  said.className = "govuk-body";
  said.setAttribute("role", "status");
  offer.append(button, said);
  offer.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = offer.dataset.working;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const elsewhere = document.querySelector('input[name="at"][value="written"]');
        elsewhere?.click();
        field.value = `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`;
        said.textContent = offer.dataset.done;
      },
      () => {
        said.textContent = offer.dataset.failed;
      },
      { enableHighAccuracy: true, timeout: 20000 },
    );
  });
}
