using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2;

/// <summary>Whether a NAT is on the path (RFC 7296 §2.23).</summary>
/// <param name="IsSpoken">Whether the peer sent the notifications at all.</param>
/// <param name="IsLocal">Whether this host is behind one.</param>
/// <param name="IsRemote">Whether the peer is.</param>
internal readonly record struct NatDetection(bool IsSpoken, bool IsLocal, bool IsRemote)
{
    private const int PortLength = 2;

    /// <summary>Whether there is one on either side.</summary>
    public bool IsAny => IsLocal || IsRemote;

    /// <summary>The notifications of a message from here; a pretended source makes both ends encapsulate where there is no NAT.</summary>
    public static IEnumerable<NotifyPayload> Payloads(IkeSpis spis, IkePath path, bool isPretended)
    {
        yield return new(NotifyType.NatDetectionSourceIp, new(Hash(spis, path.Local, isPretended ? (ushort)0 : path.LocalPort)));
        yield return new(NotifyType.NatDetectionDestinationIp, new(Hash(spis, path.Remote, path.RemotePort)));
    }

    /// <summary>What a message that came on a path says; several sources are the addresses of a host with many (RFC 7296 §2.23).</summary>
    public static NatDetection Read(IkeMessage message, IkeSpis spis, IkePath path)
    {
        var sources = message.All<NotifyPayload>().Where(notify => notify.Notify == NotifyType.NatDetectionSourceIp).ToList();
        var target = message.FindNotify(NotifyType.NatDetectionDestinationIp);
        if (sources.Count == 0 || target is null)
        {
            return default;
        }

        var remote = Hash(spis, path.Remote, path.RemotePort);
        var isLocal = !target.Data.Span.SequenceEqual(Hash(spis, path.Local, path.LocalPort));
        return new(true, isLocal, !sources.Exists(source => source.Data.Span.SequenceEqual(remote)));
    }

    private static byte[] Hash(IkeSpis spis, IpAddress address, ushort port)
    {
        Span<byte> octets = stackalloc byte[IkeSpis.Length + 16 + PortLength];
        spis.Write(octets);
        address.WriteTo(octets[IkeSpis.Length..]);
        BinaryPrimitives.WriteUInt16BigEndian(octets[(IkeSpis.Length + address.Length)..], port);
        return SHA1.HashData(octets[..(IkeSpis.Length + address.Length + PortLength)]);
    }
}
