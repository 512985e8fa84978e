/** Lets pieces of work with one key run one after the other; those with other keys run beside them. */
export type KeyedMutex = <T>(key: string, work: () => Promise<T>) => Promise<T>

export function createKeyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<void>>()
  return (key, work) => {
    const result = (last.get(key) ?? Promise.resolve()).then(work)
    const ended = result.then(nothing, nothing).then(() => {
      if (last.get(key) === ended) last.delete(key)
    })
    last.set(key, ended)
    return result
  }
}

function nothing(): void {}
