// First: it must be in force before any schema exists.
import "./app/noEval.ts";
import { systemClock } from "#shared/util/clock.ts";
import { createBoardApp } from "./app/createBoardApp.ts";
import { hostAddress } from "./rpc/hostAddress.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/floating.css";

const board = createBoardApp({
  address: hostAddress(window.location, window.nextplate),
  version: "0.1.0",
  clock: systemClock,
  random: Math.random,
});
board.app.mount("#app");
board.connection.start();
