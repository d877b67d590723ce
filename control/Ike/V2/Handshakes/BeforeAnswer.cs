using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>An IKE SA as it waits for the answer of its first exchange, to be put back when this program fails over one that nobody proved.</summary>
internal sealed class BeforeAnswer(IkeSaV2 sa)
{
    private readonly IkeSpis _spis = sa.Spis;
    private readonly IkePath _path = sa.Path;
    private readonly int _room = sa.Room;
    private readonly PendingRequest? _pending = sa.Window.Pending;
    private readonly NatDetection _nat = sa.Session?.Nat ?? default;
    private readonly (ChildModel Model, FlowKey? Packet)[] _wanted = [.. sa.Session?.Wanted ?? []];

    /// <summary>Puts it back; keys that were derived meanwhile are zeroed.</summary>
    public void Restore(IkeSaV2 broken)
    {
        (broken.Spis, broken.Path, broken.Room) = (_spis, _path, _room);
        broken.Unprotect();
        broken.Window.Restore(_pending);
        if (broken.Session is { } session)
        {
            session.Nat = _nat;
            session.Wanted.Clear();
            session.Wanted.AddRange(_wanted);
        }
    }
}
