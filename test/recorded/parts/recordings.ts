import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Recording } from './play.ts'

/** What the scenarios of one script came to when they were recorded, by their names. */
export type Recordings = Readonly<Record<string, Recording>>

const fileOf = (script: string) => fileURLToPath(new URL(`../data/${script}.json`, import.meta.url))

export function loadRecordings(script: string): Recordings {
  return JSON.parse(readFileSync(fileOf(script), 'utf8'))
}

/** One line of the file for each line of a recording, so that a diff shows what has changed. */
export function saveRecordings(script: string, recordings: Recordings): void {
  writeFileSync(fileOf(script), `${JSON.stringify(recordings, undefined, 1)}\n`)
}
