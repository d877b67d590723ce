using System.Globalization;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;

namespace IpsecDp.Engines;

/// <summary>A machine of general and specialty processors, as a capacity planner draws it.</summary>
/// <param name="General">Processors that run general threads.</param>
/// <param name="Specialty">Specialty engines, each a processor of its own.</param>
public sealed record EngineTopology(int General, int Specialty)
{
    /// <summary>Most processors of one kind.</summary>
    public const int Most = 1024;

    /// <summary>Whether threads are bound to processors; otherwise the scheduler places them and only their CPU time counts.</summary>
    public bool IsPinned { get; init; } = true;

    /// <summary>The speed of a specialty processor in units of a general one.</summary>
    public Normalisation Factor { get; init; } = Normalisation.None;

    /// <summary>Why the machine with so many processors cannot be this one, each reason a sentence; empty when it can.</summary>
    public IReadOnlyList<string> Refusals(int processors)
    {
        List<string> refusals = [];
        if (General < 1)
        {
            refusals.Add("a system has at least one general processor: it reads the ports, and nothing reaches an engine without it");
        }

        if (Specialty < 0)
        {
            refusals.Add("a system has no fewer than 0 specialty processors");
        }

        if (General > Most || Specialty > Most)
        {
            refusals.Add($"a system has at most {Most} processors of a kind");
        }

        if (refusals.Count == 0 && IsPinned && General + Specialty > processors)
        {
            refusals.Add(string.Create(CultureInfo.InvariantCulture, $"{General} general and {Specialty} specialty processors want {General + Specialty} processors of their own, and this process may use {processors}: ask for fewer, or take --unpinned, which lets the scheduler place the threads and counts their CPU time"));
        }

        return refusals;
    }

    /// <summary>Where each kind of thread runs on the processors the process may use, general ones first; free where threads are not bound. The machine was asked for <see cref="Refusals"/> before.</summary>
    public ThreadPlacement Place(IReadOnlyList<int> allowed)
    {
        ArgumentNullException.ThrowIfNull(allowed);
        if (!IsPinned)
        {
            return ThreadPlacement.Free;
        }

        int[] general = [.. allowed.Take(General)];
        return new ThreadPlacement(general[0], general[1 % general.Length], [.. allowed.Skip(General).Take(Specialty)]) { General = general };
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{General} general and {Specialty} specialty processors, {(IsPinned ? "threads bound to them" : "threads placed by the scheduler and counted by their CPU time")}, normalisation {Factor}");
}
