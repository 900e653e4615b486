import io.sparksr.jobs.SuperResolver;
import org.apache.spark.ml.*;
import org.apache.spark.sql.*;
import static org.apache.spark.sql.functions.*;
SparkSession spark = SparkSession.builder().getOrCreate();
