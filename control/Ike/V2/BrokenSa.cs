using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2;

/// <summary>An IKE SA a turn failed in: nobody knows what it holds, so that it goes, with its session and children. Others never notice, and what nobody proved breaks none.</summary>
internal static class BrokenSa
{
    private const string Reason = "an error of this program";

    /// <summary>After an error over a datagram: anybody may have sent one that no key of the IKE SA opened, and before that nothing is changed, so that the datagram alone is refused (RFC 7296 §2.21.1).</summary>
    public static void TakeAfter(IkeSaV2 sa, in IkePath path, Exception fault, in IkeTurn turn)
    {
        if (sa.IsProven)
        {
            Drop(sa, fault, turn);
            return;
        }

        IkeHost.Refuse(path, new(IkeFault.ErrorHere), turn, fault);
        sa.Host.Timers.Schedule(sa);
    }

    /// <summary>Says what happened and takes it out; its automatic children are wanted again after a while.</summary>
    public static void Drop(IkeSaV2 sa, Exception fault, in IkeTurn turn)
    {
        turn.Outbox.Raise(new IkeEvent.Faulted(sa.Name, sa.Path, fault));
        try
        {
            if (sa.Session is { IsEnded: false } session)
            {
                session.Drop(session.Current ?? sa, Reason, isLost: true, turn);
            }

            if (sa.State is not Closed)
            {
                sa.State.Abandon(sa, turn);
                sa.Enter(Closed.Instance, turn);
            }
        }
        catch (Exception)
        {
            // What broke may break again while it is taken apart: then it is forgotten as it stands.
            Forget(sa, turn);
        }
    }

    private static void Forget(IkeSaV2 sa, in IkeTurn turn)
    {
        sa.Host.Index.Remove(sa);
        sa.Dispose();
        if (sa.Session is not { } session)
        {
            return;
        }

        sa.Host.Index.Remove(session);
        foreach (var child in session.Children.Copy())
        {
            session.Children.Remove(child);
            sa.Host.Index.RemoveChild(child.Child.InboundSpi);
            turn.Outbox.Raise(new IkeEvent.ChildRemoved(child.Child, TimeSpan.Zero, Reason));
        }
    }
}
