/// What the pages look like: light or dark as the system is, on a telephone as on a desk.
enum AccountPageStyle {
    static let text = """
        :root { color-scheme: light dark; --back: #f4f4f5; --card: #fff; --ink: #18181b;
          --soft: #52525b; --line: #71717a; --field: #fff; --wrong: #b91c1c; --focus: #1d4ed8; }
        @media (prefers-color-scheme: dark) {
          :root { --back: #18181b; --card: #27272a; --ink: #f4f4f5; --soft: #d4d4d8; --line: #a1a1aa;
            --field: #18181b; --wrong: #fca5a5; --focus: #93c5fd; }
        }
        body { margin: 0; padding: 10vh 16px; background: var(--back); color: var(--ink);
          font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        main { max-width: 420px; margin: 0 auto; padding: 32px; background: var(--card);
          border-radius: 12px; }
        h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.25; }
        p { margin: 0 0 16px; }
        .app, .note { color: var(--soft); font-size: 14px; }
        .app { margin: 0 0 4px; }
        label { font-weight: 600; }
        input { box-sizing: border-box; width: 100%; margin: 4px 0 8px; padding: 10px; font: inherit;
          color: inherit; background: var(--field); border: 1px solid var(--line); border-radius: 8px; }
        #consents label { display: block; margin: 0 0 16px; font-weight: 400; }
        #consents input { width: auto; margin: 0; }
        input[aria-invalid] { border-color: var(--wrong); }
        button { min-height: 44px; margin: 0 8px 16px 0; padding: 10px 20px; font: inherit;
          color: var(--card); background: var(--ink); border: 1px solid var(--ink);
          border-radius: 8px; cursor: pointer; }
        button.other { color: var(--ink); background: var(--card); }
        button:disabled { opacity: 0.6; cursor: default; }
        a { color: inherit; }
        :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
        #error { color: var(--wrong); }
        #error:empty, #result:empty, #note:empty { margin: 0; }
        main > :last-child { margin-bottom: 0; }
        [hidden] { display: none !important; }
        @media (max-width: 400px) { body { padding: 16px 8px; } main { padding: 20px; } }

        """
}
