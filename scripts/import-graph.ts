import { dirname, join, normalize, posix } from 'node:path'

/** Which file of a source tree imports which, types and `import(…)` included. Paths from the root. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

const importPattern = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g

/** Reads the imports of each file; `textOf` gives its source. Imports of what is not in the list are left out. */
export function readImports(
  files: readonly string[],
  textOf: (file: string) => string,
): ImportGraph {
  const known = new Set(files)
  const importsOf = (file: string) =>
    [...textOf(file).matchAll(importPattern)]
      .map(([, target = '']) => normalize(join(dirname(file), target)))
      .filter((target) => known.has(target))
  return new Map(files.map((file) => [file, [...new Set(importsOf(file))]]))
}

/** One shortest circle through each file that is in one, no two with the same files: `a`, `b`, `a`. */
export function findCircles(graph: ImportGraph): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>()
  for (const file of graph.keys()) {
    const circle = shortestCircle(graph, file)
    if (circle === undefined) continue
    const members = [...new Set(circle)].sort().join(' ')
    if (!found.has(members)) found.set(members, circle)
  }
  return [...found.values()]
}

function shortestCircle(graph: ImportGraph, start: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const file of queue) {
    for (const target of graph.get(file) ?? []) {
      if (target === start) return [...wayTo(cameFrom, file, start), start]
      if (cameFrom.has(target)) continue
      cameFrom.set(target, file)
      queue.push(target)
    }
  }
  return undefined
}

function wayTo(
  cameFrom: ReadonlyMap<string, string>,
  end: string,
  start: string,
): readonly string[] {
  const way = [end]
  for (let file = end; file !== start; ) {
    file = cameFrom.get(file) ?? start
    way.unshift(file)
  }
  return way
}

/** Folders side by side that import each other, by a file each, however long the circle. */
export type RoomCircle = {
  /** The folder they are in. */
  readonly folder: string
  /** One import for each arrow of the circle. */
  readonly imports: readonly { readonly from: string; readonly to: string }[]
}

/** Circles among the folders of each folder. Files beside those folders belong to none of them. */
export function findRoomCircles(graph: ImportGraph): readonly RoomCircle[] {
  const parents = new Set([...graph.keys()].flatMap((file) => parentsOf(file)))
  return [...parents].sort().flatMap((folder) => {
    const arrows = arrowsBetweenRooms(graph, folder)
    const rooms = new Map([...arrows].map(([room, targets]) => [room, [...targets.keys()]]))
    return findCircles(rooms).map((circle) => ({
      folder,
      imports: circle.slice(1).flatMap((to, index) => {
        const found = arrows.get(circle[index] ?? '')?.get(to)
        return found === undefined ? [] : [found]
      }),
    }))
  })
}

/** By room and room: the first import from the one to the other. */
function arrowsBetweenRooms(graph: ImportGraph, folder: string) {
  const arrows = new Map<string, Map<string, { from: string; to: string }>>()
  for (const [from, targets] of graph) {
    const room = roomIn(folder, from)
    if (room === undefined) continue
    for (const to of targets) {
      const other = roomIn(folder, to)
      if (other === undefined || other === room) continue
      const known = arrows.get(room) ?? new Map()
      if (!known.has(other)) known.set(other, { from, to })
      arrows.set(room, known)
    }
  }
  return arrows
}

/** The folder below `folder` that a file is in; undefined where it is in none. */
function roomIn(folder: string, file: string): string | undefined {
  if (!file.startsWith(`${folder}/`)) return undefined
  const [room, below] = file.slice(folder.length + 1).split('/')
  return below === undefined ? undefined : room
}

function parentsOf(file: string): readonly string[] {
  const folder = posix.dirname(file)
  return folder === '.' ? [] : [folder, ...parentsOf(folder)]
}

/** Folders with more than `most` files of their own. */
export function findFullFolders(
  files: readonly string[],
  most: number,
): readonly { readonly folder: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const file of files) {
    const folder = posix.dirname(file)
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count > most)
    .map(([folder, count]) => ({ folder, count }))
}
