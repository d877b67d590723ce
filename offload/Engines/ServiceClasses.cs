namespace IpsecDp.Engines;

/// <summary>The family of service classes as a whole, and their names in reports and options.</summary>
public static class ServiceClasses
{
    /// <summary>How many there are; their values are the numbers below it.</summary>
    public const int Count = (int)ServiceClass.Unclassified + 1;

    private static readonly string[] Names = ["ee-network", "ike", "ee-high", "ee-medium", "ee-low", "udp", "tcp", "unclassified"];

    /// <summary>All classes, the most important first.</summary>
    public static IReadOnlyList<ServiceClass> All { get; } = Enum.GetValues<ServiceClass>();

    /// <summary>The name an operator types and reads, as <c>ee-high</c>.</summary>
    public static string NameOf(ServiceClass serviceClass) => Names[(int)serviceClass];

    /// <summary>The class of a name; false for a word that names none.</summary>
    public static bool TryParse(string name, out ServiceClass serviceClass)
    {
        var at = Array.IndexOf(Names, name);
        serviceClass = at < 0 ? ServiceClass.Unclassified : (ServiceClass)at;
        return at >= 0;
    }

    /// <summary>The more important of two.</summary>
    public static ServiceClass MoreImportant(ServiceClass one, ServiceClass other) => one < other ? one : other;
}
