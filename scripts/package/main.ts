// Builds the packages of Holdfast: npm run package. It asks the npm registry, and nothing else of the network.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPages } from '../build-pages.mjs'
import { buildDeb } from './deb.ts'
import { buildImage } from './image/image.ts'
import { type Options, readOptions, usage } from './options.ts'
import { assembleProgram } from './program.ts'
import { writeRepository } from './repository.ts'
import { readSbom } from './sbom.ts'
import { readSource } from './source.ts'
import { buildTarball } from './tarball.ts'

async function build({ out, architectures, kinds, repository, isFast }: Options): Promise<void> {
  buildPages()
  const source = readSource()
  const sbom = readSbom(source)
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-package-'))
  mkdirSync(out, { recursive: true })
  const debs: string[] = []
  try {
    for (const architecture of architectures) {
      const program = join(scratch, architecture)
      assembleProgram(program, architecture, { source, sbom })
      const options = { architecture, source, isFast, sbom }
      for (const kind of kinds) {
        const folder = join(scratch, `${kind}-${architecture}`)
        const file =
          kind === 'deb'
            ? await buildDeb(program, folder, out, options)
            : kind === 'tarball'
              ? buildTarball(program, folder, out, options)
              : buildImage(program, folder, out, options)
        if (kind === 'deb') debs.push(file)
        console.log(file)
        rmSync(folder, { recursive: true })
      }
    }
    if (repository !== undefined) {
      writeRepository(repository, debs, source.epoch)
      console.log(repository)
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(usage)
  else await build(options)
} catch (error) {
  console.error(`package: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
