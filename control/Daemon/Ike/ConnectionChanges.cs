using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Models;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Ike;

/// <summary>What another policy changes about IKE's connections: those that say the same stay the ones that run, secrets included.</summary>
internal sealed class ConnectionChanges
{
    private readonly List<ConnectionModel> _spare = [];
    private readonly List<ConnectionModel> _outdated = [];

    private ConnectionChanges(IkeModel result) => Result = result;

    /// <summary>The model as it will be.</summary>
    public IkeModel Result { get; private init; }

    /// <summary>How many go on as they are, are changed, come and go.</summary>
    public (int Kept, int Changed, int Added, int Gone) Counts { get; private init; }

    /// <summary>Compares by name and content.</summary>
    public static ConnectionChanges Between(IkeModel running, IkeModel wanted)
    {
        var byName = running.Connections.ToDictionary(connection => connection.Name, StringComparer.Ordinal);
        var names = wanted.Connections.Select(connection => connection.Name).ToHashSet(StringComparer.Ordinal);
        List<ConnectionModel> spare = [];
        ConnectionModel[] result = [.. wanted.Connections.Select(next => Choose(byName.GetValueOrDefault(next.Name), next, spare))];
        ConnectionModel[] outdated = [.. running.Connections.Where(former => !result.Contains(former, ReferenceEqualityComparer.Instance))];
        var gone = outdated.Count(former => !names.Contains(former.Name));
        var changes = new ConnectionChanges(wanted with { Connections = [.. result] })
        {
            Counts = (spare.Count, outdated.Length - gone, result.Count(next => !byName.ContainsKey(next.Name)), gone),
        };
        changes._spare.AddRange(spare);
        changes._outdated.AddRange(outdated);
        return changes;
    }

    /// <summary>Zeroes the secrets of what was read and will not run.</summary>
    public void EraseSpare() => Erase(_spare);

    /// <summary>Zeroes the secrets of what ran and does no more; once nothing uses them.</summary>
    public void EraseOutdated() => Erase(_outdated);

    private static ConnectionModel Choose(ConnectionModel? running, ConnectionModel next, List<ConnectionModel> spare)
    {
        if (running is null || !IsSame(running, next))
        {
            return next;
        }

        spare.Add(next);
        return running;
    }

    private static bool IsSame(ConnectionModel running, ConnectionModel next) =>
        running with { LocalProof = next.LocalProof, RemoteProof = next.RemoteProof, Ppk = next.Ppk } == next
        && running.LocalProof.IsSameAs(next.LocalProof) && running.RemoteProof.IsSameAs(next.RemoteProof) && PpkModel.AreSame(running.Ppk, next.Ppk);

    // One certificate may serve several connections, of which some run on.
    private void Erase(List<ConnectionModel> connections)
    {
        var inUse = Credentials(Result.Connections).ToHashSet(ReferenceEqualityComparer.Instance);
        IkeSecrets.Erase(new IkeModel { Connections = [.. connections.Where(connection => !Credentials([connection]).Any(inUse.Contains))] });
    }

    private static IEnumerable<Credential> Credentials(IEnumerable<ConnectionModel> connections) =>
        connections.SelectMany(connection => new[] { connection.LocalProof, connection.RemoteProof }).OfType<ProofModel.Own>().SelectMany(own => own.Credentials);
}
