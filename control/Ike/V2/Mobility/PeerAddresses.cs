using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Mobility;

/// <summary>Further addresses of both ends (RFC 4555 §3.2, §3.4, §3.6): what this end says of its own, and what the peer said of its.</summary>
internal static class PeerAddresses
{
    // Each address more is a path more that is tried; nobody needs many.
    private const int Most = 8;

    /// <summary>This host's addresses beside the one of a path.</summary>
    public static IEnumerable<NotifyPayload> Of(PeerSession session, IkePath path)
    {
        var others = OtherPaths.Own(session, path).Where(address => address != path.Local).Distinct().ToList();
        return others.Count == 0 ? [new NotifyPayload(NotifyType.NoAdditionalAddresses)] : others.Select(Notice.AdditionalAddress);
    }

    /// <summary>Keeps the peer's addresses, where a message speaks of them: they replace those said before. Only what the policy has among the peer's addresses is kept.</summary>
    public static bool Keep(PeerSession session, IkePath path, IkeMessage message)
    {
        var said = message.All<NotifyPayload>().Where(notify => notify.Notify is NotifyType.AdditionalIp4Address or NotifyType.AdditionalIp6Address or NotifyType.NoAdditionalAddresses).ToList();
        if (!session.HasMobike || said.Count == 0)
        {
            return false;
        }

        var addresses = new List<IpAddress>();
        foreach (var notify in said)
        {
            if (addresses.Count < Most && Notice.TryReadAddress(notify, out var address) && address != path.Remote && !addresses.Contains(address)
                && session.Connection.Remote.Any(range => range.Contains(address)))
            {
                addresses.Add(address);
            }
        }

        session.PeerAddresses = addresses.Count == 0 ? [] : [.. addresses];
        return true;
    }
}
