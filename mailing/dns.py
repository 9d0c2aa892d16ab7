"""DNS records that receiving servers check before they accept mail from a domain."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Protocol

import dns.exception
import dns.resolver
import dns.reversename


class Resolver(Protocol):
    """Interface of `dns.resolver.Resolver`."""

    def resolve(self, qname, rdtype): ...


@dataclass(frozen=True)
class DnsCheck:
    """Result of a check. `add` is the record to add to the zone if it is missing; some records are optional."""

    name: str
    value: str = ""
    problem: str = ""
    add: str = ""
    is_needed: bool = True


def look(resolver: Resolver, *, domain: str, return_domain: str, selector: str, mail_host: str) -> Iterator[DnsCheck]:
    """Checks the records for mail from `domain`. Raises `dns.exception.DNSException` if the DNS does not answer.

    `return_domain` receives bounces, `selector` names the DKIM key, `mail_host` is the SMTP server of the site.
    """
    for name in dict.fromkeys([domain, return_domain]):
        yield _mx(resolver, name)
        yield _spf(resolver, name, mail_host)
    yield _dkim(resolver, domain, selector)
    yield _dmarc(resolver, domain)
    yield _alignment(domain, return_domain)
    yield _relay_of_this_machine(mail_host) if _is_this_machine(mail_host) else _ptr(resolver, mail_host)
    yield _mta_sts(resolver, domain)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Returns the IP address in `host`; None for a host name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_this_machine(host: str) -> bool:
    address = _address(host)
    return host.lower().rstrip(".") == "localhost" or (address is not None and address.is_loopback)


def _sends(mail_host: str) -> str:
    """Returns the SPF mechanism that allows `mail_host`."""
    if _is_this_machine(mail_host):
        return "ip4:<the address of this machine>"
    address = _address(mail_host)
    return f"ip{address.version}:{address}" if address else f"a:{mail_host}"


def _answers(resolver: Resolver, name: object, kind: str) -> list:
    try:
        return list(resolver.resolve(name, kind))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []


def _texts(resolver: Resolver, name: str, prefix: str) -> list[str]:
    """Returns the TXT records of `name` that begin with `prefix`, each joined from its strings."""
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in _answers(resolver, name, "TXT")]
    return [text for text in texts if text.lower().startswith(prefix.lower())]


def _mx(resolver: Resolver, domain: str) -> DnsCheck:
    servers = sorted(_answers(resolver, domain, "MX"), key=lambda record: record.preference)
    hosts = ", ".join(str(record.exchange).rstrip(".") for record in servers)
    problem = "" if hosts else "nobody can answer, and nothing can come back"
    return DnsCheck(f"MX {domain}", hosts, problem, f"{domain}. IN MX 10 mail.{domain}.")


def _spf(resolver: Resolver, domain: str, mail_host: str) -> DnsCheck:
    records = _texts(resolver, domain, "v=spf1")
    problem = ""
    if not records:
        problem = "nobody knows which servers may send for it"
    elif len(records) > 1:
        problem = "there are several: receivers then trust none"
    elif not records[0].rstrip().lower().endswith(("-all", "~all")) and "redirect=" not in records[0].lower():
        problem = "it ends with neither -all nor ~all: any server may send for it"
    return DnsCheck(f"SPF {domain}", "; ".join(records), problem, f'{domain}. IN TXT "v=spf1 {_sends(mail_host)} -all"')


def _dkim(resolver: Resolver, domain: str, selector: str) -> DnsCheck:
    if not selector:
        return DnsCheck("DKIM", problem="MAIL_DKIM_SELECTOR does not say which key the mail server signs with")
    name = f"{selector}._domainkey.{domain}"
    # "v=DKIM1" is optional, so every text record there is a key.
    keys = _texts(resolver, name, "")
    problem = "" if any("p=" in key and not key.rstrip("; ").endswith("p=") for key in keys) else "there is no key"
    value = f"{keys[0][:40]}…" if keys else ""
    return DnsCheck(f"DKIM {name}", value, problem, f'{name}. IN TXT "v=DKIM1; k=rsa; p=<the public key>"')


def _dmarc(resolver: Resolver, domain: str) -> DnsCheck:
    name = f"_dmarc.{domain}"
    records = _texts(resolver, name, "v=DMARC1")
    parent = domain.partition(".")[2]
    if not records and "." in parent:
        # The policy of the organisational domain applies to subdomains (RFC 7489, 6.6.3).
        records = _texts(resolver, f"_dmarc.{parent}", "v=DMARC1")
    problem = "" if len(records) == 1 and "p=" in records[0] else "nobody knows what to do with forged mails"
    add = f'{name}. IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"'
    return DnsCheck(f"DMARC {domain}", "; ".join(records), problem, add)


def _alignment(domain: str, return_domain: str) -> DnsCheck:
    parts = [name.split(".")[-2:] for name in (domain, return_domain)]
    problem = "" if parts[0] == parts[1] else "SPF vouches for another domain than the one that readers see"
    return DnsCheck("sender and return path", f"{domain}, {return_domain}", problem)


def _relay_of_this_machine(host: str) -> DnsCheck:
    """Returns the failed check of a local relay: only its operator knows its public address."""
    problem = "it is this machine, whose relay the world knows by another name: say which, --host mail.ville.fr"
    return DnsCheck(f"PTR {host}", problem=problem)


def _ptr(resolver: Resolver, host: str) -> DnsCheck:
    """Checks that forward and reverse DNS of `host` agree. A relay may have other public addresses to be checked."""
    literal_address = _address(host)
    addresses_of_host = (
        [] if literal_address else [str(record) for kind in ("A", "AAAA") for record in _answers(resolver, host, kind)]
    )
    addresses = [str(literal_address)] if literal_address else addresses_of_host
    wrong = []
    for address in addresses:
        names = [str(record.target) for record in _answers(resolver, dns.reversename.from_address(address), "PTR")]
        kind = "AAAA" if ":" in address else "A"
        if not any(address == str(record) for name in names for record in _answers(resolver, name, kind)):
            wrong.append(address)
    problem = f"no name leads back to {', '.join(wrong)}" if wrong else "" if addresses else "it has no address"
    first = wrong[0] if wrong else "192.0.2.1"
    name = "<the name of this server>" if literal_address else host
    add = f"{dns.reversename.from_address(first)} IN PTR {name}."
    return DnsCheck(f"PTR {host}", ", ".join(addresses), problem, add)


def _mta_sts(resolver: Resolver, domain: str) -> DnsCheck:
    records = _texts(resolver, f"_mta-sts.{domain}", "v=STSv1")
    problem = "" if records else "mails to us may be read on their way"
    add = f'_mta-sts.{domain}. IN TXT "v=STSv1; id=1", and a policy at https://mta-sts.{domain}/'
    return DnsCheck(f"MTA-STS {domain}", "; ".join(records), problem, add, is_needed=False)
