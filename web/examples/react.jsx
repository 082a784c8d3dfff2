// A lab in a React page (npm install chickadee-lab). The element would do as well: import 'chickadee-lab' and
// <chickadee-lab link="…" />; this is for those who want the handle.
import { useEffect, useRef } from 'react';
import { mount } from 'chickadee-lab';

/** A live lab; `onReady` is given its handle, `onRecalled` is called when the bird has checked a place. */
export function Lab({ link, onReady, onRecalled, ...options }) {
  const box = useRef(null);
  const handle = useRef(null);
  const latest = useRef({});
  latest.current = { link, onReady, onRecalled };

  useEffect(() => {
    // Effects run twice in StrictMode: a lab whose effect is over is ended as soon as it is there.
    let over = false;
    mount(box.current, { link, ...options }).then(
      (lab) => {
        if (over) return lab.destroy();
        handle.current = lab;
        // Another link may have come while the simulator was loaded.
        if (latest.current.link !== link) lab.setState(latest.current.link);
        lab.on('recalled', (event) => latest.current.onRecalled?.(event));
        latest.current.onReady?.(lab);
      },
      (error) => console.error(error),
    );
    return () => {
      over = true;
      handle.current?.destroy();
      handle.current = null;
    };
  }, []);

  // Another link is another state of the same lab.
  const shown = useRef(link);
  useEffect(() => {
    if (shown.current !== link) handle.current?.setState(link);
    shown.current = link;
  }, [link]);

  return <div ref={box} style={{ width: '100%', height: 600 }} />;
}
