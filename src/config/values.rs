//! The values settings can have, each parsed once and right from then on.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

/// Why a text cannot be the value of a setting, as a sentence without its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ValueError(String);

impl ValueError {
    pub(super) fn new(reason: impl Into<String>) -> ValueError {
        ValueError(reason.into())
    }
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, ValueError> {
    Err(ValueError(reason.into()))
}

/// A web origin: scheme, host and port (RFC 6454), in the form in which browsers send it, so that equality is enough.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    is_https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of `authority` (a `Host` header: host, perhaps with a port) under http or https.
    ///
    /// # Errors
    /// [`ValueError`] when it is no host.
    pub fn of_authority(is_https: bool, authority: &str) -> Result<Origin, ValueError> {
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let Some((address, after)) = rest.split_once(']') else { return refuse("a [ needs its ]") };
                let address: std::net::Ipv6Addr =
                    address.parse().map_err(|_| ValueError("this is no IPv6 address".into()))?;
                match after.strip_prefix(':') {
                    Some(port) => (format!("[{address}]"), Some(port)),
                    None if after.is_empty() => (format!("[{address}]"), None),
                    None => return refuse("only a port may follow the address"),
                }
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host.to_ascii_lowercase(), Some(port)),
                None => (authority.to_ascii_lowercase(), None),
            },
        };
        let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if !host.starts_with('[') && (host.is_empty() || !host.chars().all(is_host)) {
            return refuse("this is no host name");
        }
        let port = match port {
            None => {
                if is_https {
                    443
                } else {
                    80
                }
            }
            Some(digits) if digits.chars().all(|c| c.is_ascii_digit()) => {
                digits.parse().map_err(|_| ValueError("this is no port".into()))?
            }
            Some(_) => return refuse("this is no port"),
        };
        Ok(Origin { is_https, host, port })
    }

    /// Whether its scheme is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.is_https
    }
}

impl FromStr for Origin {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Origin, ValueError> {
        let lower = text.get(..8.min(text.len())).unwrap_or_default().to_ascii_lowercase();
        if lower.starts_with("https://") {
            Origin::of_authority(true, &text[8..])
        } else if lower.starts_with("http://") {
            Origin::of_authority(false, &text[7..])
        } else {
            refuse("an origin starts with http:// or https://")
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == if self.is_https { 443 } else { 80 } { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// The address people open. Only its origin matters: the program is served at the root of its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Origin);

impl PublicUrl {
    /// Our own origin.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0
    }
}

impl FromStr for PublicUrl {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<PublicUrl, ValueError> {
        match text.strip_suffix('/').unwrap_or(text).parse() {
            Ok(origin) => Ok(PublicUrl(origin)),
            Err(_) => refuse("write it as https://chat.example.org, without a path: Chinwag needs a host of its own"),
        }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One address, or all that share its first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    address: IpAddr,
    bits: u8,
}

impl AddressRange {
    /// Whether `address` lies inside. An IPv4 address mapped into IPv6 is that IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.bits);
                u32::from(own).checked_shr(shift) == u32::from(other).checked_shr(shift)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.bits);
                u128::from(own).checked_shr(shift) == u128::from(other).checked_shr(shift)
            }
            _ => false,
        }
    }
}

impl FromStr for AddressRange {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<AddressRange, ValueError> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| ValueError("this is no IP address".into()))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        match bits.map_or(Ok(most), str::parse) {
            Ok(bits) if bits <= most => Ok(AddressRange { address, bits }),
            _ => refuse(format!("after the / stands a number from 0 to {most}")),
        }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Seconds, also with a decimal point, or a number with `ms`, `s`, `m`, `h` or `d`.
pub(super) fn duration(text: &str) -> Result<Duration, ValueError> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let seconds_each = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return refuse("times end in ms, s, m, h or d; a bare number is seconds"),
    };
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    match number.parse::<f64>() {
        // Ten years: beyond, sums with the time of day could leave what a timestamp holds.
        Ok(value) if is_number && value * seconds_each <= 315_360_000.0 => {
            Ok(Duration::from_secs_f64(value * seconds_each))
        }
        _ => refuse("write seconds, or a number with a unit as in 90s, 5m or 12h"),
    }
}

/// `ADDRESS:PORT`; `localhost` is the machine itself and a port alone means all addresses.
pub(super) fn listen(text: &str) -> Result<SocketAddr, ValueError> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let address = match host {
        "" => Ipv4Addr::UNSPECIFIED,
        "localhost" => Ipv4Addr::LOCALHOST,
        _ => return refuse("write it as 0.0.0.0:8080, [::]:8080 or localhost:8080"),
    };
    match port.parse() {
        Ok(port) => Ok(SocketAddr::from((address, port))),
        Err(_) => refuse("the port is a number from 0 to 65535"),
    }
}
