using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.Identity;

/// <summary>An identity as IDi and IDr carry it, RFC 7296 §3.5. Two of them equal octet for octet; <see cref="IsSameAs"/> knows which differences mean nothing.</summary>
public sealed record IkeId(IdType Type, Octets Value)
{
    private const int LongestShown = 256;

    /// <summary>The identity of a payload.</summary>
    public static IkeId Of(IdentificationPayload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return new(payload.IdType, payload.Identity);
    }

    /// <summary>An address of either version.</summary>
    public static IkeId OfAddress(IpAddress address)
    {
        Span<byte> octets = stackalloc byte[address.Length];
        address.WriteTo(octets);
        return new(address.Version == IpVersion.V4 ? IdType.Ipv4Address : IdType.Ipv6Address, new(octets));
    }

    /// <summary>A host name, <c>host.example.com</c>.</summary>
    public static IkeId OfHost(string name) => new(IdType.Fqdn, new(Encoding.UTF8.GetBytes(name)));

    /// <summary>A user, <c>user@example.com</c>.</summary>
    public static IkeId OfUser(string name) => new(IdType.UserFqdn, new(Encoding.UTF8.GetBytes(name)));

    /// <summary>Octets only the two ends understand.</summary>
    public static IkeId OfKeyId(ReadOnlySpan<byte> octets) => new(IdType.KeyId, new(octets));

    /// <summary>A distinguished name as an operator writes it, <c>CN=host, O=Example</c>; false when it is none.</summary>
    public static bool TryOfName(string text, out IkeId? id)
    {
        try
        {
            id = new(IdType.DistinguishedName, new(new X500DistinguishedName(text).RawData));
            return DistinguishedName.TryRead(id.Value.Span, out var name) && name!.Parts.Count > 0;
        }
        catch (CryptographicException)
        {
            id = null;
            return false;
        }
    }

    /// <summary>The address of an identity that is one.</summary>
    public bool TryGetAddress(out IpAddress address)
    {
        var isV4 = Type == IdType.Ipv4Address && Value.Length == 4;
        var isV6 = Type == IdType.Ipv6Address && Value.Length == 16;
        address = isV4 ? IpAddress.ReadV4(Value.Span) : isV6 ? IpAddress.ReadV6(Value.Span) : default;
        return isV4 || isV6;
    }

    /// <summary>
    /// Whether both name the same: host names and the host part of users without letter case (RFC 5280 §7.2, §7.5), distinguished names as
    /// X.500 compares them (RFC 5280 §7.1), everything else octet for octet. Types never equal across, and ID_NULL equals nothing.
    /// </summary>
    public bool IsSameAs(IkeId other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Type == other.Type && Type switch
        {
            IdType.Fqdn => HostNames.AreSame(Value.Span, other.Value.Span),
            IdType.UserFqdn => HostNames.AreSameUsers(Value.Span, other.Value.Span),
            IdType.DistinguishedName => DistinguishedName.TryRead(Value.Span, out var one) && DistinguishedName.TryRead(other.Value.Span, out var two) && one!.IsSameAs(two!),
            IdType.Ipv4Address or IdType.Ipv6Address or IdType.KeyId or IdType.GeneralName or IdType.FibreChannelName => Value == other.Value,
            _ => false,
        };
    }

    /// <summary>The identity for a log line: what could end a line, move a cursor or reach a shell is shown as hexadecimal, and a long one is cut.</summary>
    public override string ToString() => Type switch
    {
        IdType.Ipv4Address or IdType.Ipv6Address when TryGetAddress(out var address) => address.ToString(),
        IdType.Fqdn or IdType.UserFqdn => SafeText.Of(Value.Span, LongestShown),
        IdType.DistinguishedName when DistinguishedName.TryRead(Value.Span, out var name) && name!.Parts.Count > 0 => SafeText.Of(Encoding.UTF8.GetBytes(name.ToString()), LongestShown),
        IdType.Null => "nobody",
        _ => $"{Type} {SafeText.Hex(Value.Span, LongestShown)}",
    };
}
