/** The known word that is nearest, if it is near enough to be a slip. */
export function closest(word: string, known: readonly string[]): string | undefined {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, candidate.length / 3))
    .sort((left, right) => left.distance - right.distance)
  return near[0]?.candidate
}

/** Letters to add, drop, replace or swap with their neighbour, in the first 64 characters. */
function editDistance(left: string, right: string): number {
  const from = left.slice(0, 64)
  const width = right.length + 1
  const table = Array.from({ length: width }, (_, column) => column)
  const at = (row: number, column: number) => table[row * width + column] ?? 0
  for (let row = 1; row <= from.length; row += 1) {
    table.push(row)
    for (let column = 1; column < width; column += 1) {
      const same = from[row - 1] === right[column - 1]
      const swapped = from[row - 1] === right[column - 2] && from[row - 2] === right[column - 1]
      table.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped && row > 1 && column > 1 ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(from.length, right.length)
}
