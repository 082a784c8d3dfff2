// The component of web/examples in a page of React, in StrictMode: every effect is run, undone, and run again.
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Lab } from './react.jsx';

window.recalled = [];

function Page() {
  const [shown, show] = useState(true);
  const [place, go] = useState(20);
  const link = `lab=caching&seed=7&units=300&caches=20,35&at=${place}`;
  return (
    <>
      <button id="toggle" onClick={() => show(!shown)}>
        {shown ? 'Hide' : 'Show'}
      </button>
      <button id="elsewhere" onClick={() => go(40)}>
        Elsewhere
      </button>
      {shown && <Lab link={link} autoplay={false} backend="cpu" onReady={(lab) => (window.lab = lab)} onRecalled={(event) => window.recalled.push(event.place)} />}
    </>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
