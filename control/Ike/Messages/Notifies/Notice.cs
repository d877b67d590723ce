using System.Buffers.Binary;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>Makes notifications whose data is a number, an SPI or an address; those without data are made by their type alone.</summary>
public static class Notice
{
    /// <summary>UNSUPPORTED_CRITICAL_PAYLOAD with the type that was not known.</summary>
    public static NotifyPayload UnsupportedCriticalPayload(byte payloadType) => new(NotifyType.UnsupportedCriticalPayload, Octets.Of(payloadType));

    /// <summary>INVALID_MAJOR_VERSION with the highest one spoken here.</summary>
    public static NotifyPayload InvalidMajorVersion(byte spoken) => new(NotifyType.InvalidMajorVersion, Octets.Of(spoken));

    /// <summary>INVALID_KE_PAYLOAD with the method wanted.</summary>
    public static NotifyPayload InvalidKePayload(ushort method) => new(NotifyType.InvalidKePayload, Word(method));

    /// <summary>REKEY_SA with the SPI the sender of it receives on.</summary>
    public static NotifyPayload RekeySa(ProtocolId protocol, uint spi) => new(protocol, DoubleWord(spi), NotifyType.RekeySa, Octets.Empty);

    /// <summary>CHILD_SA_NOT_FOUND with the SPI of the request.</summary>
    public static NotifyPayload ChildSaNotFound(ProtocolId protocol, uint spi) => new(protocol, DoubleWord(spi), NotifyType.ChildSaNotFound, Octets.Empty);

    /// <summary>SET_WINDOW_SIZE in messages.</summary>
    public static NotifyPayload SetWindowSize(uint messages) => new(NotifyType.SetWindowSize, DoubleWord(messages));

    /// <summary>AUTH_LIFETIME in seconds (RFC 4478 §3).</summary>
    public static NotifyPayload AuthLifetime(uint seconds) => new(NotifyType.AuthLifetime, DoubleWord(seconds));

    /// <summary>ADDITIONAL_IP4_ADDRESS or ADDITIONAL_IP6_ADDRESS (RFC 4555 §3.2).</summary>
    public static NotifyPayload AdditionalAddress(IpAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.WriteTo(octets);
        return new(address.Version == IpVersion.V4 ? NotifyType.AdditionalIp4Address : NotifyType.AdditionalIp6Address, new(octets[..address.Length]));
    }

    /// <summary>The address of an ADDITIONAL_IP4_ADDRESS or ADDITIONAL_IP6_ADDRESS; false for another type.</summary>
    public static bool TryReadAddress(NotifyPayload payload, out IpAddress address)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var data = payload.Data.Span;
        switch (payload.Notify)
        {
            case NotifyType.AdditionalIp4Address when data.Length == 4:
                address = IpAddress.ReadV4(data);
                return true;

            case NotifyType.AdditionalIp6Address when data.Length == 16:
                address = IpAddress.ReadV6(data);
                return true;

            default:
                address = default;
                return false;
        }
    }

    private static Octets Word(ushort value)
    {
        Span<byte> octets = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        return new(octets);
    }

    private static Octets DoubleWord(uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return new(octets);
    }
}
