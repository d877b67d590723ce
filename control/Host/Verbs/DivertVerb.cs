using System.CommandLine;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Guard;

namespace IpsecDp.Host.Verbs;

/// <summary><c>divert</c>: what belongs to a capture in the host's own path and is not the capture itself.</summary>
internal static class DivertVerb
{
    private const string Help = """
        Looks after the capture in the host's own path.

        Example:
          ipsecdp divert clean
        """;

    private const string CleanHelp = """
        Ends the guard that a crashed run left behind: what it held back flows again, unprotected.

        Example:
          ipsecdp divert clean
        """;

    /// <summary>Makes the verb.</summary>
    public static Command Create() => new("divert", Help) { CreateClean(), CreateGuard() };

    private static Command CreateClean()
    {
        var clean = new Command("clean", CleanHelp);
        clean.SetAction(_ => Clean());
        return clean;
    }

    // Started by the daemon for itself; it speaks lines on its standard input and output.
    private static Command CreateGuard()
    {
        var library = new Option<string>("--library") { Required = true };
        var librarySums = new Option<string[]>("--library-sum");
        var driverSums = new Option<string[]>("--driver-sum");
        var guard = new Command("guard", "Holds what must not leave in clear; for the program's own use.") { library, librarySums, driverSums };
        guard.Hidden = true;
        guard.SetAction(parsed => Guard(new WinDivertLibraryOptions
        {
            Path = parsed.GetValue(library)!,
            LibrarySums = parsed.GetValue(librarySums) ?? [],
            DriverSums = parsed.GetValue(driverSums) ?? [],
        }));
        return guard;
    }

    private static int Guard(WinDivertLibraryOptions options)
    {
        try
        {
            using var guard = new DivertGuard(WinDivertDriver.Load(options));
            return GuardService.Run(guard, Console.In, Console.Out);
        }
        catch (AdapterException refusal)
        {
            Console.Error.WriteLine(refusal.Message);
            return 1;
        }
    }

    private static int Clean()
    {
        try
        {
            Console.WriteLine(GuardProcess.EndLeftover(GuardProcess.DefaultFolder) ? "the guard of an earlier run was ended" : "nothing was left behind");
            return 0;
        }
        catch (DaemonException refusal)
        {
            Console.Error.WriteLine(refusal.Message);
            return 1;
        }
    }
}
