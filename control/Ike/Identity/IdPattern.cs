using System.Text;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.Identity;

/// <summary>Which identities a peer may show: an entry of the Peer Authorization Database, RFC 4301 §4.4.3.1.</summary>
public abstract record IdPattern
{
    /// <summary>Whether the identity is one of those meant.</summary>
    public abstract bool Matches(IkeId id);

    /// <summary>Any identity of any type; for peers whose credential alone decides.</summary>
    public sealed record Any : IdPattern
    {
        /// <inheritdoc/>
        public override bool Matches(IkeId id) => id is not null && id.Type != IdType.Null;
    }

    /// <summary>One identity.</summary>
    public sealed record Exactly(IkeId Id) : IdPattern
    {
        /// <inheritdoc/>
        public override bool Matches(IkeId id) => Id.IsSameAs(id);
    }

    /// <summary>Every address of a range.</summary>
    public sealed record AddressesIn(AddressRange Range) : IdPattern
    {
        /// <inheritdoc/>
        public override bool Matches(IkeId id)
        {
            ArgumentNullException.ThrowIfNull(id);
            return id.TryGetAddress(out var address) && Range.Contains(address);
        }
    }

    /// <summary>Every host of a domain, at any depth: <c>example.com</c> means <c>a.example.com</c> and not itself.</summary>
    public sealed record HostsOf(string Domain) : IdPattern
    {
        /// <inheritdoc/>
        public override bool Matches(IkeId id)
        {
            ArgumentNullException.ThrowIfNull(id);
            return id.Type == IdType.Fqdn && HostNames.IsInDomain(id.Value.Span, Encoding.UTF8.GetBytes(Domain));
        }
    }

    /// <summary>Every user of a host or of the hosts under it.</summary>
    public sealed record UsersOf(string Host) : IdPattern
    {
        /// <inheritdoc/>
        public override bool Matches(IkeId id)
        {
            ArgumentNullException.ThrowIfNull(id);
            var host = HostNames.HostOf(id.Value.Span);
            var wanted = Encoding.UTF8.GetBytes(Host);
            return id.Type == IdType.UserFqdn && (HostNames.AreSame(host, wanted) || HostNames.IsInDomain(host, wanted));
        }
    }

    /// <summary>Every name of a subtree.</summary>
    public sealed record NamesUnder(DistinguishedName Ancestor) : IdPattern
    {
        /// <inheritdoc/>
        public override bool Matches(IkeId id)
        {
            ArgumentNullException.ThrowIfNull(id);
            return id.Type == IdType.DistinguishedName && DistinguishedName.TryRead(id.Value.Span, out var name) && name!.IsUnder(Ancestor);
        }
    }
}
