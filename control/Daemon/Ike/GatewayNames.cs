using System.Net;
using System.Net.Sockets;
using IpsecDp.Ike;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Daemon.Ike;

/// <summary>Asks the system's resolver for the gateways IKE wants to know, beside its turns, and brings what it says as a command.</summary>
public sealed class GatewayNames : IDisposable
{
    private const int MostAddresses = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Func<string, AddressFamily, CancellationToken, Task<IPAddress[]>> _ask;
    private readonly Action<IkeCommand> _submit;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationToken _ended;

    /// <summary>A way to a resolver; <paramref name="submit"/> is called from any thread.</summary>
    public GatewayNames(Func<string, AddressFamily, CancellationToken, Task<IPAddress[]>> ask, Action<IkeCommand> submit, TimeProvider time) =>
        (_ask, _submit, _time, _ended) = (ask, submit, time, _end.Token);

    /// <summary>Begins to ask and returns at once; a name that is not found within ten seconds has no address.</summary>
    public void Find(IkeEvent.NameWanted wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        _ = Task.Run(() => FindAsync(wanted));
    }

    /// <summary>Nothing is brought from here on.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task FindAsync(IkeEvent.NameWanted wanted)
    {
        IReadOnlyList<IpAddress> found = [];
        try
        {
            var family = wanted.Version == IpVersion.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
            using var late = new CancellationTokenSource(Patience, _time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ended, late.Token);
            var addresses = await _ask(wanted.Name, family, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            found = [.. addresses.Where(address => address.AddressFamily == family).Take(MostAddresses).Select(IpAddress.From)];
        }
        catch (Exception refusal) when (refusal is SocketException or OperationCanceledException or ArgumentException)
        {
            // No address, which is what the command says.
        }

        if (!_ended.IsCancellationRequested)
        {
            _submit(new IkeCommand.NameResolved(wanted.Ticket, found));
        }
    }
}
