using IpsecDp.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Daemon.Ike;

/// <summary>Looks whether this host still has the addresses that sessions may move between, and tells IKE of one that goes or comes back.</summary>
public sealed class OwnAddresses(Func<IpAddress, bool> isHere, Action<IkeCommand> submit, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly HashSet<IpAddress> _gone = [];
    private long _lookedAt = time.GetTimestamp();

    /// <summary>The addresses a connection may leave one for another of; none where it has one only.</summary>
    public static IEnumerable<IpAddress> Of(IkeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Connections.Where(connection => connection is { TakesMobike: true, OtherOwn.Count: > 0, Own: not null })
            .SelectMany(connection => connection.OtherOwn.Prepend(connection.Own!.Value)).Distinct();
    }

    /// <summary>Looks once a second; to be called as often as one likes.</summary>
    public void Look(IkeModel model)
    {
        if (time.GetElapsedTime(_lookedAt) < BetweenLooks)
        {
            return;
        }

        _lookedAt = time.GetTimestamp();
        foreach (var address in Of(model))
        {
            if (isHere(address))
            {
                if (_gone.Remove(address))
                {
                    submit(new IkeCommand.AddressBack(address));
                }
            }
            else if (_gone.Add(address))
            {
                submit(new IkeCommand.AddressGone(address));
            }
        }
    }
}
