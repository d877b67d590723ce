using System.Buffers.Binary;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>NO_NATS_ALLOWED (RFC 4555 §4.2.6): the addresses and ports the sender means, which no NAT may have changed.</summary>
public sealed record UnnattedPath(IpAddress Source, IpAddress Destination, ushort SourcePort, ushort DestinationPort)
{
    /// <summary>Reads the path; false for another notification.</summary>
    public static bool TryRead(NotifyPayload payload, out UnnattedPath? path)
    {
        ArgumentNullException.ThrowIfNull(payload);
        path = null;
        var data = payload.Data.Span;
        if (payload.Notify != NotifyType.NoNatsAllowed || data.Length is not (12 or 36))
        {
            return false;
        }

        var length = (data.Length - 4) / 2;
        var (source, destination) = length == 4
            ? (IpAddress.ReadV4(data), IpAddress.ReadV4(data[length..]))
            : (IpAddress.ReadV6(data), IpAddress.ReadV6(data[length..]));
        path = new(source, destination, BinaryPrimitives.ReadUInt16BigEndian(data[(2 * length)..]), BinaryPrimitives.ReadUInt16BigEndian(data[((2 * length) + 2)..]));
        return true;
    }

    /// <summary>The notification; both addresses are of one version.</summary>
    public NotifyPayload ToPayload()
    {
        var length = Source.Length;
        var data = new byte[(2 * length) + 4];
        Source.WriteTo(data);
        Destination.WriteTo(data.AsSpan(length));
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2 * length), SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan((2 * length) + 2), DestinationPort);
        return new(NotifyType.NoNatsAllowed, new(data));
    }
}
