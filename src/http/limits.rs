//! How often an address and a person may ask: a bucket for each, and 429 with `Retry-After` for who is too quick. Also
//! where a request comes from, when a proxy stands in front. It knows no resource and reads no body.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::config::Settings;
use crate::http::problem::{Fault, Problem};
use crate::ids::{PersonId, Ts};
use crate::service::buckets::Buckets;
use crate::service::engine::Engine;

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Where the request comes from: the other end, or whom a proxy of ours names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub IpAddr);

/// The bounds of a server; nothing where there are none.
#[derive(Clone, Debug, Default)]
pub struct Limits(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    address: Option<Buckets<IpAddr>>,
    person: Option<Buckets<PersonId>>,
    proxies: Vec<IpAddr>,
}

impl Limits {
    /// As the settings say.
    pub fn of(settings: &Settings) -> Limits {
        fn of<K: Eq + std::hash::Hash>(count: u32) -> Option<Buckets<K>> {
            (count > 0).then(|| Buckets::new(count, 1))
        }
        Limits(Arc::new(Inner {
            address: of(settings.rate_address),
            person: of(settings.rate_person),
            proxies: settings.proxies.clone(),
        }))
    }

    /// One more request of that person, by whatever way he came in.
    pub fn person(&self, person: &PersonId, now: Ts) -> Result<(), Problem> {
        match &self.0.person {
            Some(buckets) => buckets.take(person.clone(), now).map_err(too_many),
            None => Ok(()),
        }
    }

    fn address(&self, address: Address, now: Ts) -> Result<(), Problem> {
        match &self.0.address {
            Some(buckets) => buckets.take(neighbourhood(address.0), now).map_err(too_many),
            None => Ok(()),
        }
    }
}

/// Notes where the request comes from, and turns away an address that is too quick.
pub async fn by_address(
    State((engine, limits)): State<(Engine, Limits)>,
    mut request: Request,
    next: Next,
) -> Response {
    // without a connection, as in tests of the routes alone, nobody is far away
    if let Some(Peer(peer)) = request.extensions().get().copied() {
        let address = Address(origin(peer, request.headers(), &limits.0.proxies));
        if let Err(problem) = limits.address(address, engine.clock().now()) {
            return problem.into_response();
        }
        request.extensions_mut().insert(address);
    }
    next.run(request).await
}

fn too_many(seconds: u32) -> Problem {
    Problem::new(
        Fault::TooManyRequests,
        format!("Gửi quá nhiều yêu cầu trong một phút; hãy gửi lại sau {seconds} giây. Chưa có gì được ghi."),
        format!("Too many requests in a minute; send it again in {seconds} seconds. Nothing was written."),
    )
    .retry(seconds)
}

/// The last address of `X-Forwarded-For` that is no proxy of ours; of anybody else's word nothing is believed.
fn origin(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let peer = peer.to_canonical();
    if !proxies.contains(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    for name in named.into_iter().rev() {
        match name.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) if proxies.contains(&address) => {}
            Ok(address) => return address,
            Err(_) => break,
        }
    }
    peer
}

/// Whoever has one address of IPv6 has the whole network around it.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_of_ours_is_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let of = |peer: &str, forwarded: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            origin(ip(peer), &headers, &[ip("10.0.0.1"), ip("10.0.0.2")])
        };
        assert_eq!(of("203.0.113.9", "198.51.100.7"), ip("203.0.113.9"));
        assert_eq!(of("10.0.0.1", "198.51.100.7"), ip("198.51.100.7"));
        assert_eq!(of("10.0.0.1", "192.0.2.66, 198.51.100.7, 10.0.0.2"), ip("198.51.100.7"), "what he made up is left");
        assert_eq!(of("::ffff:10.0.0.1", "198.51.100.7"), ip("198.51.100.7"));
        for odd in ["", "unknown", "198.51.100.7, nonsense"] {
            assert_eq!(of("10.0.0.1", odd), ip("10.0.0.1"), "{odd}");
        }
        assert_eq!(neighbourhood(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(neighbourhood(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }
}
