/** The version of Moonraker we answer like; front ends compare it with the least version they need. */
export const LIKE_MOONRAKER = "v0.10.0-31";
