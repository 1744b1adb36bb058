// The languages that the app speaks: how each calls itself, how it writes dates, its sentences, and where there are any
// its words for the questions (`questions`, by version) and for Easy Read (`easy`). Another language is another entry.
import easy from "./easy.js";
import en from "./en.js";

export default {
  en: { name: "English", locale: "en-GB", texts: en, easy },
};
