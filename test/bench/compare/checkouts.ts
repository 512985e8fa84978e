import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The folder of a checkout of Holdfast with its packages. Throws where the folder is not one. */
export function checkoutAt(folder: string): string {
  const path = resolve(folder)
  if (!existsSync(join(path, 'src/main.ts'))) {
    throw new Error(`${path} is no checkout of Holdfast: it has no src/main.ts`)
  }
  if (!existsSync(join(path, 'node_modules'))) {
    throw new Error(`${path} has no node_modules: run npm ci there, or link those of this checkout`)
  }
  return path
}

/** A script of the bench beside its servers, where that checkout keeps it. Throws when it has none. */
export function scriptIn(checkout: string, name: string): string {
  const places = ['test/bench/sides', 'test/bench'].map((folder) => join(checkout, folder, name))
  const found = places.find((path) => existsSync(path))
  if (found === undefined) throw new Error(`there is no ${places.join(' and no ')}`)
  return pathToFileURL(found).href
}
