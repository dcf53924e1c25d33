//! Watches a request go out: whether any of it did, and whether the server hung up before it had all.
//!
//! A server that refuses a large body (413, 400, 403) answers without reading it and closes. Writing then
//! fails while the answer lies there to be read. So a failed write is kept quiet, the rest of the request
//! goes nowhere, and whoever reads next gets the answer, or the end of the connection. Knows nothing of
//! what the answers mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// What is known of the request under way on one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch(Arc<State>);

#[derive(Debug, Default)]
struct State {
    begun: AtomicBool,
    broken: AtomicBool,
}

impl Watch {
    /// A new request begins.
    pub(super) fn begin(&self) {
        self.0.begun.store(false, Ordering::SeqCst);
        self.0.broken.store(false, Ordering::SeqCst);
    }

    /// Whether any byte of it may have gone out. If not, there was no connection.
    pub(super) fn is_begun(&self) -> bool {
        self.0.begun.load(Ordering::SeqCst)
    }

    /// Whether the connection broke while it was being sent, so that the server has not got all of it.
    pub(super) fn is_broken(&self) -> bool {
        self.0.broken.load(Ordering::SeqCst)
    }
}

/// The last connector of the chain: has a [`Watch`] told what happens on the connection.
#[derive(Debug)]
pub(super) struct WatchingConnector(Watch);

impl WatchingConnector {
    pub(super) fn new(watch: &Watch) -> WatchingConnector {
        WatchingConnector(watch.clone())
    }
}

impl<In: Transport> Connector<In> for WatchingConnector {
    type Out = Watched<In>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Watched<In>>, Error> {
        Ok(chained.map(|inner| Watched {
            inner,
            // The way to a proxy is made by the same connectors. What goes out there is not the request,
            // which is told by its query.
            watch: details.uri.query().map(|_| self.0.clone()),
            broken: false,
        }))
    }
}

/// A watched connection.
#[derive(Debug)]
pub(super) struct Watched<In> {
    inner: In,
    watch: Option<Watch>,
    broken: bool,
}

impl<In: Transport> Transport for Watched<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.broken {
            return Ok(());
        }
        let Some(watch) = &self.watch else {
            return self.inner.transmit_output(amount, timeout);
        };
        watch.0.begun.store(true, Ordering::SeqCst);
        match self.inner.transmit_output(amount, timeout) {
            // An error with a cause inside is TLS's own, and has its own message.
            Err(Error::Io(error)) if error.get_ref().is_none() => {
                watch.0.broken.store(true, Ordering::SeqCst);
                self.broken = true;
                Ok(())
            }
            result => result,
        }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        !self.broken && self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
