import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type CheckPart, type CheckRow, collectRows, notExamined } from '../../operations/index.ts'
import { counted } from '../../support/index.ts'
import { type Build, programFolder, readBuild } from '../build.ts'

const area = 'package'
const writableByOthers = 0o022
const openToOthers = 0o077
/** More are not named in a row. */
const mostNamed = 3

/** Where the parts of an installation are; a test has them below a folder of its own. */
export type InstalledPlaces = {
  readonly program: string
  /** Units of the administrator, which systemd prefers to those of packages. */
  readonly units: string
  readonly credentials: string
  readonly uid: number
}

export function usualInstalledPlaces(uid: number): InstalledPlaces {
  return {
    ...{ program: programFolder, uid },
    ...{ units: '/etc/systemd/system', credentials: '/etc/holdfast/credentials' },
  }
}

/** Whether the files of a packaged program are unchanged. A program that runs from its repository has no rows. */
export async function checkPackage(places: InstalledPlaces): Promise<readonly CheckRow[]> {
  const build = readBuild(places.program)
  if (build === undefined) return []
  const parts: readonly CheckPart[] = [
    { area, what: 'files', rows: async () => [await checkFiles(places, build)] },
    { area, what: 'unit', rows: () => checkUnit(places, build) },
    { area, what: 'secrets', rows: () => checkCredentials(places, build) },
  ]
  return await collectRows(parts)
}

async function checkFiles(
  { program, uid }: InstalledPlaces,
  { kind, version }: Build,
): Promise<CheckRow> {
  const row = { area, what: 'files' } as const
  const remedy = remedies[kind]
  const listed = readFileSync(join(program, 'files.sha256'), 'utf8').matchAll(
    /^(\w{64}) {2}(.+)$/gm,
  )
  // packaging/deb/postinst makes it of links to the files of dpkg. An editor puts another file in the place of a link.
  const service = kind === 'deb' ? join(dirname(program), version) : undefined
  const wrong: string[] = []
  let count = 0
  for (const [, hash, path = ''] of listed) {
    count += 1
    const file = join(program, path)
    const problem = await problemOf(file, hash, uid)
    if (problem !== undefined) wrong.push(`${path} ${problem}`)
    if (service === undefined || isSameFile(file, join(service, path))) continue
    const problemThere = await problemOf(join(service, path), hash, uid)
    if (problemThere !== undefined) wrong.push(`${basename(service)}/${path} ${problemThere}`)
  }
  if (wrong.length > 0) {
    const more = wrong.length > mostNamed ? `, and ${wrong.length - mostNamed} more` : ''
    const detail = `not as they were packed: ${wrong.slice(0, mostNamed).join(', ')}${more}`
    return { ...row, state: 'failed', detail, remedy }
  }
  return {
    ...row,
    state: 'ok',
    detail: `${count} files of ${kind} ${version}, as packed`,
    remedy: '',
  }
}

const remedies: Readonly<Record<Build['kind'], string>> = {
  deb: 'Find out who changed them, then install the package again: apt install --reinstall holdfast, or with the path of the .deb.',
  tarball: 'Find out who changed them, then unpack the archive again and run its install.sh.',
  container: 'Find out who changed them, then start the container from its image again.',
}

/** The user who runs this may own the files, as root may: owning them gives that user no new rights. */
async function problemOf(
  file: string,
  hash: string | undefined,
  uid: number,
): Promise<string | undefined> {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (found === undefined) return 'is missing'
  if (found.uid !== 0 && found.uid !== uid) return `belongs to user ${found.uid}`
  if ((found.mode & writableByOthers) !== 0) return 'can be written by others'
  const digest = createHash('sha256')
  await pipeline(createReadStream(file), digest)
  return digest.digest('hex') === hash ? undefined : 'has changed'
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => lstatSync(file, { throwIfNoEntry: false }))
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

function checkUnit({ units }: InstalledPlaces, { kind }: Build): readonly CheckRow[] {
  if (kind === 'container') return []
  const row = { area, what: 'unit' } as const
  const own = join(units, 'holdfast.service')
  if (isMasked(own)) {
    const detail = `${own} is masked, so the service cannot start`
    const remedy = 'Let it start again: systemctl unmask holdfast && systemctl start holdfast'
    return [{ ...row, state: 'warning', detail, remedy }]
  }
  if (kind === 'deb' && existsSync(own)) {
    const detail = `${own} takes the place of the unit of the package, and of its changes`
    const remedy = `Move your own lines to a drop-in (systemctl edit holdfast). Then: rm ${own} && systemctl daemon-reload && systemctl restart holdfast`
    return [{ ...row, state: 'warning', detail, remedy }]
  }
  const folder = `${own}.d`
  const dropIns = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.conf'))
        .toSorted()
    : []
  const detail =
    dropIns.length === 0
      ? 'as packed, without drop-ins'
      : `with your drop-ins: ${dropIns.map((name) => join(folder, name)).join(', ')}`
  return [{ ...row, state: 'ok', detail, remedy: '' }]
}

function isMasked(unit: string): boolean {
  const isLink = lstatSync(unit, { throwIfNoEntry: false })?.isSymbolicLink() === true
  return isLink && readlinkSync(unit) === '/dev/null'
}

/** What is in this folder is handed over to the service, and opens the store. */
function checkCredentials(
  { credentials, uid }: InstalledPlaces,
  { kind }: Build,
): readonly CheckRow[] {
  if (kind === 'container') return []
  const row = { area, what: 'secrets' } as const
  if (uid !== 0) return [notExamined(area, row.what, 'only root can look into their folder')]
  const folder = lstatSync(credentials, { throwIfNoEntry: false })
  if (folder === undefined) {
    const detail = `${credentials} is missing, and without it the unit does not start`
    const remedy = `Make it: install -d -m 700 ${credentials}`
    return [{ ...row, state: 'failed', detail, remedy }]
  }
  const names = readdirSync(credentials).toSorted()
  const paths = [credentials, ...names.map((name) => join(credentials, name))]
  const wrong = paths.flatMap((path) => {
    const problem = whyNotClosed(lstatSync(path))
    return problem === undefined ? [] : [`${path} ${problem}`]
  })
  if (wrong.length === 0) {
    return [
      {
        ...row,
        state: 'ok',
        detail: `${counted(names.length, 'file')}, for root alone`,
        remedy: '',
      },
    ]
  }
  const remedy = `Close them: chown -R root:root ${credentials} && chmod 700 ${credentials} && chmod 600 ${credentials}/*`
  return [{ ...row, state: 'failed', detail: wrong.join(', '), remedy }]
}

function whyNotClosed({ uid, mode }: Stats): string | undefined {
  if (uid !== 0) return `belongs to user ${uid}`
  return (mode & openToOthers) === 0 ? undefined : 'can be read or changed by others'
}
