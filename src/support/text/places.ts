const place = /\{(\w+)\}/g

/** Names of the `{places}` in a text, in their order. */
export function placesIn(text: string): readonly string[] {
  return [...text.matchAll(place)].map(([, name = '']) => name)
}

/** Puts a value into each `{place}` of a text. */
export function fillPlaces(text: string, fill: (name: string) => string): string {
  return text.replace(place, (_, name: string) => fill(name))
}
