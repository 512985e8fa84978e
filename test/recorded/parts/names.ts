/** Gives what differs from run to run the same name in each: the first State is `State 1`, and so on. */
export type Names = {
  /** The name of this value, of this kind. */
  of(kind: string, value: string): string
  /** From now on this value has this name. */
  call(value: string, name: string): void
  /** Text in which values with a name, and references, are replaced. */
  in(text: string): string
}

/** `prefix` is in front of the names of people, so that no scenario meets those of another. */
export function createNames(prefix: string): Names {
  const known = new Map<string, string>()
  const counts = new Map<string, number>()

  function of(kind: string, value: string): string {
    const earlier = known.get(value)
    if (earlier !== undefined) return earlier
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    const name = `${kind} ${count}`
    known.set(value, name)
    return name
  }

  return {
    of,
    call(value, name) {
      known.set(value, name)
    },
    in(text) {
      let plain = text.replaceAll(prefix, '')
      for (const [value, name] of known) plain = plain.replaceAll(value, `<${name}>`)
      return plain.replaceAll(
        /\bRef ([0-9A-Z]{4})\b/g,
        (_, reference) => `Ref <${of('reference', reference)}>`,
      )
    },
  }
}
