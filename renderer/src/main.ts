import { systemClock } from "#shared/util/clock.ts";
import * as z from "zod";
import { createBoardApp } from "./app/createBoardApp.ts";
import { hostAddress } from "./rpc/hostAddress.ts";
import "./styles/tokens.css";
import "./styles/base.css";

// zod would try to compile its parsers with `new Function`, which the page's policy forbids.
z.config({ jitless: true });

const board = createBoardApp({
  address: hostAddress(window.location, window.nextplate),
  version: "0.1.0",
  clock: systemClock,
  random: Math.random,
});
board.app.mount("#app");
board.connection.start();
