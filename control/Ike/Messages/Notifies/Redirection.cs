using System.Text;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>REDIRECT and REDIRECTED_FROM (RFC 5685 §6): another gateway, by address or name, and in the first answer the request's nonce.</summary>
/// <param name="Gateway">How the identity is to be read.</param>
/// <param name="Identity">The address or the name.</param>
/// <param name="Nonce">The nonce of the request a REDIRECT answers; else empty.</param>
public sealed record Redirection(GatewayType Gateway, Octets Identity, Octets Nonce)
{
    /// <summary>The address; null for a name.</summary>
    public IpAddress? Address => Gateway switch
    {
        GatewayType.Ipv4Address => IpAddress.ReadV4(Identity.Span),
        GatewayType.Ipv6Address => IpAddress.ReadV6(Identity.Span),
        _ => null,
    };

    /// <summary>The name, of printable ASCII; null for an address.</summary>
    public string? Name => Gateway == GatewayType.Fqdn ? Encoding.ASCII.GetString(Identity.Span) : null;

    /// <summary>A redirection to an address.</summary>
    public static Redirection To(IpAddress address, Octets nonce)
    {
        Span<byte> octets = stackalloc byte[16];
        address.WriteTo(octets);
        return new(address.Version == IpVersion.V4 ? GatewayType.Ipv4Address : GatewayType.Ipv6Address, new(octets[..address.Length]), nonce);
    }

    /// <summary>Reads a REDIRECT or REDIRECTED_FROM; false for another notification.</summary>
    public static bool TryRead(NotifyPayload payload, out Redirection? redirection)
    {
        ArgumentNullException.ThrowIfNull(payload);
        redirection = null;
        return payload.Notify is NotifyType.Redirect or NotifyType.RedirectedFrom
            && TryRead(payload.Data.Span, payload.Notify == NotifyType.Redirect, out redirection);
    }

    /// <summary>The notification; <see cref="NotifyType.RedirectedFrom"/> has no nonce.</summary>
    public NotifyPayload ToPayload(NotifyType type) => new(type, new([(byte)Gateway, (byte)Identity.Length, .. Identity.Span, .. Nonce.Span]));

    internal static bool IsFit(ReadOnlySpan<byte> data, bool hasNonce) => TryRead(data, hasNonce, out _);

    private static bool TryRead(ReadOnlySpan<byte> data, bool hasNonce, out Redirection? redirection)
    {
        redirection = null;
        var reader = new PayloadReader(data);
        if (!reader.TryReadByte(out var type) || !reader.TryReadByte(out var length) || !reader.TryReadOctets(length, out var identity))
        {
            return false;
        }

        var nonce = reader.ReadRest();
        var isIdentity = (GatewayType)type switch
        {
            GatewayType.Ipv4Address => length == 4,
            GatewayType.Ipv6Address => length == 16,
            GatewayType.Fqdn => length > 0 && !identity.ContainsAnyExceptInRange((byte)'!', (byte)'~'),
            _ => false,
        };
        var isNonce = nonce.IsEmpty || (hasNonce && nonce.Length is >= PayloadLimits.ShortestNonce and <= PayloadLimits.LongestNonce);
        redirection = isIdentity && isNonce ? new((GatewayType)type, new(identity), new(nonce)) : null;
        return redirection is not null;
    }
}
