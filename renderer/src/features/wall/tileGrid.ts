/** Pixels between tiles and around them. */
export const TILE_GAP = 5;
const MIN_WIDTH = 86;
const MIN_HEIGHT = 56;
const MAX_WIDTH = 940;
const MAX_HEIGHT = 480;
/** Width to height of a tile that has the choice. */
const SHAPE = 2;

export interface TileGrid {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

/** How much a tile has room for. */
export type TileSize = "tiny" | "small" | "large" | "huge" | "vast";

/** Where a tile lies, as a style; in whole pixels, so that no edge is blurred. */
export type TilePlace = Readonly<Record<"left" | "top" | "width" | "height", string>>;

/** The largest tiles with which all of them are on one screen; the smallest that can be read when none are. */
export function tileGrid(width: number, height: number, count: number): TileGrid {
  const most = Math.max(1, Math.floor((width - TILE_GAP) / (MIN_WIDTH + TILE_GAP)));
  for (let columns = 1; columns <= most; columns++) {
    const tile = tileOf(width, columns);
    const rows = Math.ceil(count / columns);
    if (tile.width > MAX_WIDTH || rows * (tile.height + TILE_GAP) + TILE_GAP > height) continue;
    // What is left below them makes them higher.
    const fill = Math.floor((height - TILE_GAP) / rows) - TILE_GAP;
    return { ...tile, height: Math.min(MAX_HEIGHT, fill) };
  }
  // Too many for the shape: as low as can be read, then as many as it takes, by scrolling.
  const tile = tileOf(width, most);
  return { ...tile, height: MIN_HEIGHT };
}

function tileOf(width: number, columns: number): TileGrid {
  const each = Math.floor((width - TILE_GAP * (columns + 1)) / columns);
  const height = Math.round(Math.max(MIN_HEIGHT, each / SHAPE));
  return { columns, width: each, height };
}

/** The place of each of `count` tiles; together they fill the width, though a pixel may not divide. */
export function tilePlaces(grid: TileGrid, width: number, count: number): readonly TilePlace[] {
  const step = (width - TILE_GAP) / grid.columns;
  const edge = (column: number): number => TILE_GAP + Math.round(column * step);
  return Array.from({ length: count }, (_, index) => {
    const column = index % grid.columns;
    const row = (index - column) / grid.columns;
    return {
      left: `${edge(column)}px`,
      top: `${row * (grid.height + TILE_GAP)}px`,
      width: `${edge(column + 1) - TILE_GAP - edge(column)}px`,
      height: `${grid.height}px`,
    };
  });
}
