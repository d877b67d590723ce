using IpsecDp.Ike.V2.Children;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Redirections;

/// <summary>Names of gateways that are asked for outside: whoever drives the endpoint asks DNS and brings what it says by a command.</summary>
internal sealed class NameLookups
{
    private const int Most = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Dictionary<long, (AwaitedName Waits, DateTimeOffset Until)> _waiting = [];
    private long _last;

    /// <summary>When a name has not been found for too long; null without any.</summary>
    public DateTimeOffset? WakeAt => _waiting.Values.Aggregate((DateTimeOffset?)null, (earliest, lookup) => ChildTable.Earlier(earliest, lookup.Until));

    /// <summary>Whether a session waits for a name already.</summary>
    public bool Has(PeerSession session) => _waiting.Values.Any(lookup => lookup.Waits.Session == session);

    /// <summary>Asks for a name; false where too many are asked for.</summary>
    public bool TryBegin(AwaitedName waits, in IkeTurn turn)
    {
        if (_waiting.Count >= Most)
        {
            return false;
        }

        _waiting.Add(++_last, (waits, turn.Now + Patience));
        turn.Outbox.Raise(new IkeEvent.NameWanted(waits.Session.Connection.Name, _last, waits.Name, waits.Path.Local.Version));
        return true;
    }

    /// <summary>Goes on with what a name was found to mean: the first address the policy allows. An answer nobody waits for changes nothing.</summary>
    public void Take(long ticket, IReadOnlyList<IpAddress> addresses, in IkeTurn turn)
    {
        if (!_waiting.Remove(ticket, out var lookup) || !lookup.Waits.IsWanted)
        {
            return;
        }

        var waits = lookup.Waits;
        var reason = $"{waits.Name} has no address";
        foreach (var address in addresses)
        {
            if (RedirectRules.FaultOf(waits.Session, waits.Path, address) is not { } fault)
            {
                waits.Follow(address, turn);
                return;
            }

            reason = $"{waits.Name} is at {address}: {fault}";
        }

        waits.Refuse(reason, turn);
    }

    /// <summary>Gives up on names that were not found in time.</summary>
    public void Expire(in IkeTurn turn)
    {
        foreach (var (ticket, (waits, until)) in _waiting.ToList())
        {
            if (until > turn.Now)
            {
                continue;
            }

            _waiting.Remove(ticket);
            if (waits.IsWanted)
            {
                waits.Refuse($"DNS said nothing of {waits.Name} within {Patience.TotalSeconds:0} s", turn);
            }
        }
    }
}
