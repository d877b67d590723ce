using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Print;

namespace IpsecDp.Daemon.Ike;

/// <summary>Writes a line for each event, and counts them by connection.</summary>
internal sealed class NegotiationLog(DaemonLog log, TimeProvider time)
{
    // Whoever can send a datagram can have it refused; the log is not his.
    private static readonly TimeSpan BetweenRefusals = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, TunnelNegotiation> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ikeSuites = new(StringComparer.Ordinal);
    private long? _refusedAt;
    private long _refused;
    private long _untold;
    private long? _erredAt;

    /// <summary>Datagrams that were refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The counts, by connection.</summary>
    public IReadOnlyList<TunnelNegotiation> Counts
    {
        get
        {
            lock (_lock)
            {
                return [.. _counts.Values.OrderBy(c => c.Connection, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Writes and counts one event.</summary>
    public void Tell(IkeEvent happened)
    {
        switch (happened)
        {
            case IkeEvent.IkeSaEstablished sa:
                _ikeSuites[sa.Connection] = AgreedWords.Of(sa);
                Count(sa.Connection, c => c with { IkeSas = c.IkeSas + 1 });
                log.Write(DaemonMessage.IkeSaEstablished, $"connection {sa.Connection}: IKE SA {sa.Spis.Initiator:x16}_{sa.Spis.Responder:x16} as {(sa.IsInitiator ? "initiator" : "responder")}, {sa.Local} with {sa.Remote}, {sa.Path}, {sa.Suite}");
                break;
            case IkeEvent.IkeSaRekeyed sa:
                Count(sa.Connection, c => c with { IkeRekeys = c.IkeRekeys + 1 });
                log.Write(DaemonMessage.IkeSaRekeyed, $"connection {sa.Connection}: IKE SA {sa.Spis.Initiator:x16}_{sa.Spis.Responder:x16} replaces {sa.Former.Initiator:x16}_{sa.Former.Responder:x16}, {sa.Suite}");
                break;
            case IkeEvent.IkeSaClosed sa:
                log.Write(DaemonMessage.IkeSaClosed, $"connection {sa.Connection}: IKE SA {sa.Spis.Initiator:x16}_{sa.Spis.Responder:x16} ended: {sa.Reason}");
                break;
            case IkeEvent.OutboundReady ready:
                TellReady(ready);
                break;
            case IkeEvent.ChildRemoved removed:
                log.Write(DaemonMessage.ChildRemoved, $"tunnel {removed.Child.Model.Name}: SAs in 0x{removed.Child.InboundSpi:x8}, out 0x{removed.Child.OutboundSpi:x8} are gone: {removed.Reason}");
                break;
            case IkeEvent.PathMoved moved:
                log.Write(DaemonMessage.PathMoved, $"connection {moved.Connection}: {moved.Former} became {moved.Path}");
                break;
            case IkeEvent.NameWanted wanted:
                log.Write(DaemonMessage.IkeNote, $"connection {wanted.Connection}: the peer names the gateway {wanted.Name}, which is looked up");
                break;
            case IkeEvent.Noted noted:
                log.Write(DaemonMessage.IkeNote, $"connection {noted.Connection}: {noted.Sentence}");
                break;
            default:
                TellTrouble(happened);
                break;
        }
    }

    private void TellTrouble(IkeEvent happened)
    {
        switch (happened)
        {
            case IkeEvent.Retransmitted again:
                Count(again.Connection, c => c with { Retransmissions = c.Retransmissions + 1 });
                log.Write(DaemonMessage.IkeRetransmitted, $"connection {again.Connection}: {ExchangeNames.Of(again.Exchange)} request {again.MessageId} sent {again.Sends} times, {again.Path}");
                break;
            case IkeEvent.GivenUp given:
                Count(given.Connection, c => c with { GivenUp = c.GivenUp + 1 });
                log.Write(DaemonMessage.IkeGivenUp, $"connection {given.Connection}: no answer to {ExchangeNames.Of(given.Exchange)} after {given.Sends} sendings in {given.Waited.TotalSeconds:0.###} s, {given.Path}: see whether the peer runs and UDP 500 and 4500 reach it");
                break;
            case IkeEvent.NegotiationFailed failed:
                Count(failed.Connection, c => c with { Failures = c.Failures + 1 });
                log.Write(DaemonMessage.NegotiationFailed, $"connection {failed.Connection}: {ExchangeNames.Of(failed.Exchange)} failed, {failed.Path}: {failed.Reason}");
                break;
            case IkeEvent.Refused refused:
                TellRefused(refused);
                break;
            case IkeEvent.Faulted faulted:
                log.Write(DaemonMessage.IkeFaulted, $"connection {faulted.Connection}: an error of this program ended what it was doing with {faulted.Path}, everything else goes on ({faulted.Fault.GetType().Name}: {faulted.Fault.Message}): report it with the policy and the lines above");
                break;
            default:
                break;
        }
    }

    private void TellReady(IkeEvent.OutboundReady ready)
    {
        var child = ready.Child;
        var agreed = AgreedWords.Of(child);
        Count(child.Connection, c => c with { Children = c.Children + 1, Agreed = $"{_ikeSuites.GetValueOrDefault(child.Connection)}; {agreed}" });
        log.Write(
            DaemonMessage.ChildInstalled,
            $"tunnel {child.Model.Name}: {agreed}, SPI in 0x{child.InboundSpi:x8}, out 0x{child.OutboundSpi:x8}{(ready.Former is { } former ? $" instead of 0x{former:x8}" : "")}, {child.Path}, {string.Join("; ", child.Selectors)}");
    }

    private void TellRefused(IkeEvent.Refused refused)
    {
        Interlocked.Increment(ref _refused);
        if (refused.Error is { } error && !(_erredAt is { } last && time.GetElapsedTime(last) < BetweenRefusals))
        {
            _erredAt = time.GetTimestamp();
            log.Write(DaemonMessage.IkeFaulted, $"{refused.Path}: an error of this program cost a datagram that nobody proved, no IKE SA was touched ({error.GetType().Name}: {error.Message}): report it with the policy and the lines above");
        }

        _untold++;
        if (_refusedAt is { } at && time.GetElapsedTime(at) < BetweenRefusals)
        {
            return;
        }

        log.Write(DaemonMessage.IkeRefused, $"{refused.Path}: a datagram was refused: {refused.Failure}{(_untold > 1 ? $"; {_untold} since the last such line" : "")}");
        (_refusedAt, _untold) = (time.GetTimestamp(), 0);
    }

    private void Count(string connection, Func<TunnelNegotiation, TunnelNegotiation> change)
    {
        lock (_lock)
        {
            _counts[connection] = change(_counts.GetValueOrDefault(connection) ?? TunnelNegotiation.None(connection));
        }
    }
}
