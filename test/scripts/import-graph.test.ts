import { expect } from 'chai'
import {
  findCircles,
  findFullFolders,
  findRoomCircles,
  readImports,
} from '../../scripts/import-graph.ts'

const graphOf = (tree: Readonly<Record<string, string>>) =>
  readImports(Object.keys(tree), (file) => tree[file] ?? '')

describe('the graph of imports', () => {
  it('knows values, types, re-exports and imports at run time, and nothing from outside', () => {
    const graph = graphOf({
      'src/a/one.ts': [
        "import { readFileSync } from 'node:fs'",
        "import { two } from './two.ts'",
        "import type { Three } from '../b/three.ts'",
        "export { four } from '../b/four.ts'",
        "const five = await import('../b/five.ts')",
        "import { gone } from '../b/gone.ts'",
      ].join('\n'),
      'src/a/two.ts': '',
      'src/b/three.ts': '',
      'src/b/four.ts': '',
      'src/b/five.ts': '',
    })
    expect(graph.get('src/a/one.ts')).to.deep.equal([
      'src/a/two.ts',
      'src/b/three.ts',
      'src/b/four.ts',
      'src/b/five.ts',
    ])
  })

  it('finds a circle of files once, types included, by its shortest way', () => {
    const graph = graphOf({
      'src/a/one.ts': "import type { Two } from './two.ts'",
      'src/a/two.ts': "import { three } from './three.ts'",
      'src/a/three.ts': "import { one } from './one.ts'",
      'src/a/four.ts': "import { one } from './one.ts'",
    })
    expect(findCircles(graph)).to.deep.equal([
      ['src/a/one.ts', 'src/a/two.ts', 'src/a/three.ts', 'src/a/one.ts'],
    ])
  })

  it('finds no circle where arrows meet again', () => {
    const graph = graphOf({
      'src/a/one.ts': "import { two } from './two.ts'\nimport { three } from './three.ts'",
      'src/a/two.ts': "import { four } from './four.ts'",
      'src/a/three.ts': "import { four } from './four.ts'",
      'src/a/four.ts': '',
    })
    expect(findCircles(graph)).to.deep.equal([])
  })

  it('finds folders that import each other though no files do, with an import for each arrow', () => {
    const graph = graphOf({
      'src/a/rules/rule.ts': "import { state } from '../state/state.ts'",
      'src/a/rules/other.ts': '',
      'src/a/state/state.ts': '',
      'src/a/state/kept.ts': "import type { Other } from '../rules/other.ts'",
    })
    expect(findCircles(graph)).to.deep.equal([])
    expect(findRoomCircles(graph)).to.deep.equal([
      {
        folder: 'src/a',
        imports: [
          { from: 'src/a/rules/rule.ts', to: 'src/a/state/state.ts' },
          { from: 'src/a/state/kept.ts', to: 'src/a/rules/other.ts' },
        ],
      },
    ])
  })

  it('lets a folder and the files beside it know each other', () => {
    const graph = graphOf({
      'src/a/spine.ts': "import { rule } from './rules/rule.ts'",
      'src/a/context.ts': '',
      'src/a/rules/rule.ts': "import type { Context } from '../context.ts'",
    })
    expect(findRoomCircles(graph)).to.deep.equal([])
  })

  it('counts the files of each folder, without those of folders in it', () => {
    const files = ['src/a/one.ts', 'src/a/two.ts', 'src/a/b/three.ts']
    expect(findFullFolders(files, 1)).to.deep.equal([{ folder: 'src/a', count: 2 }])
    expect(findFullFolders(files, 2)).to.deep.equal([])
  })
})
