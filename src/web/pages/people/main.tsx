import { render } from 'preact'
import type { Look } from '../../people/contract.ts'
import { App } from './app.tsx'
import { createApi } from './logic/api.ts'
import { chooseLanguage } from './logic/language.ts'
import { takeHelpdeskCode } from './parts/kept.ts'
import { paint } from './parts/paint.ts'
import { rememberedLanguage } from './parts/remembered.ts'
import { loadTexts } from './texts/index.ts'

const plainLook: Look = { company: 'Holdfast', helpdesk: '', language: 'en', isDemo: false }

let language = chooseLanguage(rememberedLanguage(), navigator.languages)
const api = createApi(
  (path, options) => fetch(path, { ...options, cache: 'no-store', credentials: 'same-origin' }),
  () => language ?? plainLook.language,
)

async function start(): Promise<void> {
  takeHelpdeskCode()
  // Both at once, where the language does not depend on the answer.
  const early = language && loadTexts(language)
  const { look, problem } = await api.look().then(
    (look) => ({ look, problem: undefined }),
    (problem: unknown) => ({ look: plainLook, problem }),
  )
  language ??= look.language
  const texts = await (early ?? loadTexts(language))
  document.documentElement.lang = language
  paint(look)
  const root = document.getElementById('app')
  if (root === null) throw new Error('no root')
  render(
    <App
      api={api}
      look={look}
      language={language}
      texts={texts}
      problem={problem}
      onLanguage={(chosen) => {
        language = chosen
      }}
    />,
    root,
  )
}

void start()
