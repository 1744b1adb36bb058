// Which screen an address means; the first that fits is drawn.
import { follow, start } from "./begin.js";
import { cut, finish } from "./finish.js";
import { equality } from "./equality.js";
import { help } from "./help.js";
import { home } from "./home.js";
import { join } from "./join.js";
import { erase, signOut } from "./leaving.js";
import { leg } from "./leg.js";
import { own, ownQuestion } from "./own.js";
import { phone } from "./phone.js";
import { place } from "./place.js";
import { groupQuestion } from "./questions.js";
import { reported } from "./reported.js";
import { stop } from "./stop.js";
import { you } from "./you.js";

export const SCREENS = [
  [/^$/, home],
  [/^join(?:\/(?<code>[\w-]+))?$/, join],
  [/^start(?:\/(?<code>[\w-]+))?$/, start],
  [/^follow$/, follow],
  [/^leg\/(?<id>[\w-]+)$/, leg],
  [/^leg\/(?<id>[\w-]+)\/place(?:\/(?<number>\d+))?$/, place],
  [/^leg\/(?<id>[\w-]+)\/stop\/(?<number>\d+)$/, stop],
  [/^leg\/(?<id>[\w-]+)\/stop\/(?<number>\d+)\/(?<key>\w+)$/, groupQuestion],
  [/^leg\/(?<id>[\w-]+)\/own\/(?<number>\d+)$/, own],
  [/^leg\/(?<id>[\w-]+)\/own\/(?<number>\d+)\/(?<key>\w+)$/, ownQuestion],
  [/^leg\/(?<id>[\w-]+)\/finish$/, finish],
  [/^leg\/(?<id>[\w-]+)\/cut$/, cut],
  [/^phone$/, phone],
  [/^help$/, help],
  [/^you$/, you],
  [/^you\/equality$/, equality],
  [/^you\/reported$/, reported],
  [/^you\/sign-out$/, signOut],
  [/^you\/erase$/, erase],
];
